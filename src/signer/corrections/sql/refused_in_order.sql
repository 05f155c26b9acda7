SELECT * EXCLUDE (row) FROM refused ORDER BY province, district, facility, row
