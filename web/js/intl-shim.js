// Keeps libraries from knowing that quickjs has no Intl: the few calls they make while they load and on dates.
const g = globalThis;

g.Intl = g.Intl || {
  DateTimeFormat: function () {
    return {
      resolvedOptions: () => ({ locale: 'en', timeZone: 'Asia/Almaty', hourCycle: 'h23' }),
      format: () => '31.12.2026',
      formatToParts: () => [{ type: 'day', value: '31' }, { type: 'literal', value: '.' }, { type: 'month', value: '12' },
        { type: 'literal', value: '.' }, { type: 'year', value: '2026' }],
    };
  },
  NumberFormat: function () { return { format: number => String(number) }; },
};
