-- Dates of birth, which may be partial (YYYY, YYYY-MM, YYYY-MM-DD): compared, and told apart.

-- Whether a text is one. The day need not exist: a day and a month that were swapped show in it.
CREATE MACRO is_birth(text) AS regexp_full_match(text, '[0-9]{4}(-[0-9]{2}){0,2}');

-- Whether a certificate can carry it: a day that exists, from 1900 to today, the beginning of one, or nothing.
CREATE MACRO can_be_birth(text) AS CASE
    WHEN text = '' THEN true
    WHEN is_birth(text) THEN text BETWEEN '1900' AND today()::VARCHAR
        AND try_cast(text || substr('0000-01-01', length(text) + 1) AS DATE) IS NOT NULL
    ELSE false
END;

-- Whether the register's date is the shot's, or the same as far as the register knows it.
CREATE MACRO same_birth(registered, shown) AS CASE
    WHEN registered = shown THEN is_birth(shown)
    WHEN starts_with(shown, registered) THEN is_birth(registered) AND is_birth(shown)
    ELSE false
END;

CREATE MACRO swapped_birth(text) AS substr(text, 1, 5) || substr(text, 9, 2) || '-' || substr(text, 6, 2);

-- How two dates differ that are not the same: the detail of birth_differs.
CREATE MACRO birth_difference(registered, shown) AS CASE
    WHEN NOT coalesce(is_birth(registered) AND is_birth(shown), false) THEN 'other'
    WHEN length(shown) = 4 AND starts_with(registered, shown) THEN 'year_only'
    WHEN length(shown) <> length(registered) THEN 'other'
    WHEN length(shown) = 10 AND swapped_birth(shown) = registered THEN 'day_month_swapped'
    WHEN hamming(shown, registered) = 1 THEN 'one_digit'
    ELSE 'other'
END;

-- Null where there is none.
CREATE MACRO year_of(birth) AS CASE WHEN is_birth(birth) THEN substr(birth, 1, 4)::SMALLINT END;

-- 'M', 'F', or null where a text says neither: then it contradicts nothing.
CREATE MACRO sex_of(text) AS CASE
    WHEN text IN ('M', 'F') THEN text
    WHEN lower(text) IN ('m', 'male', 'nam') THEN 'M'
    WHEN lower(text) IN ('f', 'female', 'nữ') THEN 'F'
END;
