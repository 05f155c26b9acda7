-- Dates of birth, which may be partial (YYYY, YYYY-MM, YYYY-MM-DD): read, and told apart.

-- YYYYMMDD as an integer, zeros for what is not known; null where there is no such text. The day need not exist.
CREATE MACRO birth_of(text) AS CASE
    WHEN length(text) = 10 AND regexp_full_match(text, '[0-9]{4}-[0-9]{2}-[0-9]{2}')
        THEN (substr(text, 1, 4) || substr(text, 6, 2) || substr(text, 9, 2))::INTEGER
    WHEN length(text) = 7 AND regexp_full_match(text, '[0-9]{4}-[0-9]{2}')
        THEN (substr(text, 1, 4) || substr(text, 6, 2) || '00')::INTEGER
    WHEN length(text) = 4 AND regexp_full_match(text, '[0-9]{4}') THEN (text || '0000')::INTEGER
END;

-- Whether the register's date is the shot's, or the same as far as the register knows it.
CREATE MACRO same_birth(registered, shown) AS CASE
    WHEN registered % 10000 = 0 THEN registered // 10000 = shown // 10000
    WHEN registered % 100 = 0 THEN registered // 100 = shown // 100
    ELSE registered = shown
END;

-- How two dates differ that are not the same: the detail of birth_differs.
CREATE MACRO birth_difference(registered, shown) AS CASE
    WHEN registered IS NULL OR shown IS NULL THEN 'other'
    WHEN shown % 10000 = 0 AND shown // 10000 = registered // 10000 THEN 'year_only'
    WHEN registered // 10000 = shown // 10000 AND registered % 100 = shown // 100 % 100
        AND registered // 100 % 100 = shown % 100 THEN 'day_month_swapped'
    WHEN hamming(lpad(registered::VARCHAR, 8, '0'), lpad(shown::VARCHAR, 8, '0')) = 1 THEN 'one_digit'
    ELSE 'other'
END;

-- 'M', 'F', or null where a text says neither: then it contradicts nothing.
CREATE MACRO sex_of(text) AS CASE
    WHEN lower(text) IN ('m', 'male', 'nam') THEN 'M'
    WHEN lower(text) IN ('f', 'female', 'nữ') THEN 'F'
END;
