"""The few words every slice shares: identity number, money, date, period, masking. Plain Python."""
