-- Current and former authorities with the authorities that they replaced and that replaced them.
SELECT
    authorities.*,
    coalesce(pages.provider_url, '') AS provider_url,
    coalesce(before.urns, []) AS predecessors,
    coalesce(after.urns, []) AS successors
FROM authorities
LEFT JOIN (SELECT urn, arg_max(provider_url, last_seen) AS provider_url FROM publications GROUP BY urn) AS pages
    ON pages.urn = authorities.urn
LEFT JOIN (
    SELECT successor_urn AS urn, list(predecessor_urn ORDER BY predecessor_urn) AS urns
    FROM successions
    GROUP BY successor_urn
) AS before ON before.urn = authorities.urn
LEFT JOIN (
    SELECT predecessor_urn AS urn, list(successor_urn ORDER BY successor_urn) AS urns
    FROM successions
    GROUP BY predecessor_urn
) AS after ON after.urn = authorities.urn
ORDER BY authorities.name, authorities.urn;
