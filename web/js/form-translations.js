// Keeps the rest from knowing how form-js words its own messages: each of its strings in Kazakh and Russian, English as it is.
// The server words refusals from this same list, so a reader meets one wording beside a field and in an answer.

export const catalogue = {
  // refusals of a value
  'Field is required.': ['Бұл өрісті толтырыңыз.', 'Заполните это поле.'],
  // said of choices instead of the line above (form-checks.js): there is nothing to write in them
  'Choose one of the answers.': ['Жауаптардың бірін таңдаңыз.', 'Выберите один из вариантов ответа.'],
  'Tick this box.': ['Белгі қойыңыз.', 'Поставьте отметку.'],
  'Choose at least one of the answers.': ['Кемінде бір жауапты таңдаңыз.', 'Выберите хотя бы один вариант ответа.'],
  'Field must match pattern {value}.': ['Мән {value} үлгісіне сәйкес келмейді.', 'Значение не соответствует образцу {value}.'],
  'Field must have minimum value of {value}.': ['Мән {value} санынан кем болмауы керек.', 'Значение должно быть не меньше {value}.'],
  'Field must have maximum value of {value}.': ['Мән {value} санынан аспауы керек.', 'Значение должно быть не больше {value}.'],
  'Field must have minimum length of {value}.': ['Мәтін кемінде {value} таңбадан тұруы керек.', 'Введите не менее {value} знаков.'],
  'Field must have maximum length of {value}.': ['Мәтін {value} таңбадан аспауы керек.', 'Введите не более {value} знаков.'],
  'Field must be a valid international phone number. (e.g. +4930664040900)': [
    'Телефон нөмірін халықаралық форматта жазыңыз (мысалы, +77011234567).',
    'Укажите телефон в международном формате (например, +77011234567).',
    'Enter a phone number in international format (e.g. +77011234567).'],
  'Field must be a valid email.': ['Электрондық пошта мекенжайын дұрыс жазыңыз.', 'Укажите правильный адрес электронной почты.'],
  'Value is not a number.': ['Сан енгізіңіз.', 'Введите число.'],
  'Value is expected to be an integer.': ['Бүтін сан енгізіңіз.', 'Введите целое число.'],
  'Value is expected to have at most 1 decimal digit.': ['Үтірден кейін бір ғана цифр жазуға болады.', 'После запятой допускается одна цифра.'],
  'Value is expected to have at most {value} decimal digits.': [
    'Үтірден кейінгі цифр саны {value}-ден аспауы керек.', 'После запятой допускается цифр: не более {value}.'],
  'Please select a valid value, the two nearest valid values are {previousValue} and {nextValue}.': [
    'Мұндай мән қабылданбайды. Ең жақын мәндер: {previousValue} және {nextValue}.',
    'Такое значение не подходит. Ближайшие допустимые: {previousValue} и {nextValue}.'],
  'Min validation value is not a valid number.': ['Форма қатесі: ең кіші мән сан емес.', 'Ошибка формы: наименьшее значение не число.'],
  'Max validation value is not a valid number.': ['Форма қатесі: ең үлкен мән сан емес.', 'Ошибка формы: наибольшее значение не число.'],
  'Date and time must both be entered.': ['Күнін де, уақытын да көрсетіңіз.', 'Укажите и дату, и время.'],
  // our own checks, worded here too because form-checks.js runs on both sides
  'List must have at least {value} rows.': [
    'Тізімге кемінде {value} жол қосыңыз.', 'Добавьте строки в список. Нужно не менее: {value}.', 'Add rows to the list. At least: {value}.'],
  'Value does not fit.': ['Бұл мән сәйкес келмейді.', 'Это значение не подходит.'],
  // controls
  'Select': ['Таңдаңыз', 'Выберите'],
  'Remove list item {index}': ['{index}-жолды алып тастау', 'Удалить строку {index}', 'Remove row {index}'],
  'row {index}': ['{index}-жол', 'строка {index}'],
  'Search': ['Іздеу', 'Поиск'],
  'Skip to search': ['Іздеуге өту', 'Перейти к поиску'],
  'Remove tag': ['Таңдауды алып тастау', 'Убрать выбранное'],
  'No results': ['Ештеңе табылмады', 'Ничего не найдено'],
  'All values selected': ['Барлығы таңдалды', 'Выбраны все значения'],
  'Increment': ['Арттыру', 'Увеличить'],
  'Decrement': ['Кеміту', 'Уменьшить'],
  'Add new': ['Жол қосу', 'Добавить строку', 'Add row'],
  'Expand all ({value})': ['Барлығын көрсету ({value})', 'Показать все ({value})'],
  'Collapse': ['Жию', 'Свернуть'],
  // tables
  'Nothing to show.': ['Көрсететін дерек жоқ.', 'Нет данных для показа.'],
  '{page} of {total}': ['{total} беттің {page}-беті', '{page} из {total}'],
  'Previous page': ['Алдыңғы бет', 'Предыдущая страница'],
  'Next page': ['Келесі бет', 'Следующая страница'],
  'Click to sort by {value} ascending': ['«{value}» бойынша өсу ретімен сұрыптау', 'Упорядочить по «{value}» по возрастанию'],
  'Click to sort by {value} descending': ['«{value}» бойынша кему ретімен сұрыптау', 'Упорядочить по «{value}» по убыванию'],
  'Click to remove sorting': ['Сұрыптауды алып тастау', 'Снять упорядочение'],
  // files and embedded content
  'No files selected': ['Файл таңдалмады', 'Файлы не выбраны'],
  '{value} files selected': ['Таңдалған файлдар: {value}', 'Выбрано файлов: {value}'],
  'Document reference is not defined.': ['Құжатқа сілтеме көрсетілмеген.', 'Ссылка на документ не указана.'],
  'Unable to download document': ['Құжат жүктелмеді', 'Не удалось скачать документ'],
  'Download {fileName}': ['{fileName} файлын жүктеп алу', 'Скачать {fileName}'],
  'No content to show.': ['Көрсететін мазмұн жоқ.', 'Нет содержимого для показа.'],
  "External content couldn't be loaded.": ['Сыртқы мазмұн ашылмады.', 'Не удалось загрузить внешнее содержимое.'],
  "binding path '{value}' is already claimed": [
    'Форма қатесі: «{value}» кілті екі рет қолданылған.', 'Ошибка формы: ключ «{value}» использован дважды.'],
};

export const EMPTY = 'Field is required.';
/** What an empty field of choices says instead of asking to be filled in. */
export const unchosen = {
  radio: 'Choose one of the answers.', select: 'Choose one of the answers.',
  checkbox: 'Tick this box.', checklist: 'Choose at least one of the answers.', taglist: 'Choose at least one of the answers.',
};

const order = ['kk', 'ru', 'en'];

/** The library's string in kk, ru or en with its {replacements}; an unknown string stays as it is. */
export function say(lang, template, replacements = {}) {
  const text = (catalogue[template] || [])[order.indexOf(lang)] || template;
  return text.replace(/{([^}]+)}/g, (whole, key) => replacements[key] ?? whole);
}

/** Whether a sentence says of a field no more than that it is empty. */
export function saysEmpty(lang, sentence) {
  return [EMPTY, ...Object.values(unchosen)].some(said => sentence === say(lang, said));
}

/** form-js's service module that makes it speak `lang`. */
export function translations(lang) {
  return { translate: ['value', (template, replacements) => say(lang, template, replacements)] };
}
