"""What a user builds, counted in SQL."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.mocs.schemas import CategoryCount, MonthCount
from lego_api.models import utc_now

TOP_CATEGORIES = 10

# A tag that is also a theme is counted as the theme only. Rows of the old server may have tags that are no text.
BY_CATEGORY = text("""
    WITH own AS (
        SELECT type, theme, CASE WHEN jsonb_typeof(tags) = 'array' THEN tags ELSE '[]' END AS tags
        FROM moc_instructions WHERE user_id = :user_id
    ), themes AS (
        SELECT theme AS category, count(*) AS count FROM own WHERE theme <> '' GROUP BY theme
    ), tags AS (
        SELECT lower(tag #>> '{}') AS category, count(*) AS count
        FROM own, jsonb_array_elements(own.tags) AS tag
        WHERE type = 'moc' AND jsonb_typeof(tag) = 'string' AND tag <> '""' GROUP BY 1
    )
    SELECT category, count FROM themes
    UNION ALL
    SELECT category, count FROM tags WHERE category NOT IN (SELECT lower(category) FROM themes)
    ORDER BY count DESC, category LIMIT :top
""")

# The month of `now` and the eleven before it.
BY_MONTH = text("""
    SELECT to_char(created_at, 'YYYY-MM') AS date, coalesce(nullif(theme, ''), 'Unknown') AS category, count(*) AS count
    FROM moc_instructions
    WHERE user_id = :user_id AND created_at >= date_trunc('month', CAST(:now AS timestamp)) - interval '11 months'
    GROUP BY 1, 2 ORDER BY 1, 2
""")


async def by_category(session: AsyncSession, user_id: str) -> list[CategoryCount]:
    rows = await session.execute(BY_CATEGORY, {"user_id": user_id, "top": TOP_CATEGORIES})
    return [CategoryCount.model_validate(row) for row in rows]


async def by_month(session: AsyncSession, user_id: str) -> list[MonthCount]:
    rows = await session.execute(BY_MONTH, {"user_id": user_id, "now": utc_now().replace(tzinfo=None)})
    return [MonthCount.model_validate(row) for row in rows]
