-- What doses of one person can be.

-- Of one row: 1 to 9, and beyond the series only after a single dose (2/1, 3/1).
CREATE MACRO can_be_doses(dose, series) AS
    dose BETWEEN 1 AND 9 AND series BETWEEN 1 AND 9 AND (dose <= series OR series = 1);

-- Of two rows that follow each other by day and dose; null where they go together.
CREATE MACRO dose_conflict(earlier_dose, earlier_day, dose, day) AS CASE
    WHEN earlier_dose = dose THEN 'count'
    WHEN earlier_dose > dose THEN 'order'
    WHEN day - earlier_day < least_interval_days() THEN 'interval'
END;
