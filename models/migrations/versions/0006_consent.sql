-- Consent belongs to a number, not to a practice: these tables are reached through the functions below alone.
ALTER TABLE consent_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE text_reply ENABLE ROW LEVEL SECURITY;
ALTER TABLE unreachable_mobile ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminder_sweep ENABLE ROW LEVEL SECURITY;

-- What holds for a number and a purpose: its newest word, and without any, all but news.
CREATE FUNCTION consent_holds(mobile_ text, purpose_ text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT c.allowed FROM consent_event c WHERE c.mobile = mobile_ AND c.purpose = purpose_
                   ORDER BY c.id DESC LIMIT 1), purpose_ <> 'news') $$;

-- Adds a word to the ledger; answers whether anything is different now. One word about a number at a time.
CREATE FUNCTION consent_record(id_ uuid, mobile_ text, purpose_ text, allowed_ boolean, source_ text, wording_ text,
                               at_ timestamptz, transaction_id_ text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE held boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('consent ' || mobile_, 0));
  held := consent_holds(mobile_, purpose_);
  INSERT INTO consent_event (id, mobile, purpose, allowed, source, wording, at, transaction_id)
  VALUES (id_, mobile_, purpose_, allowed_, source_, wording_, at_, transaction_id_);
  RETURN held <> allowed_;
END $$;

-- Notes that a message reached us; false where it was noted before. One of a number at a time.
CREATE FUNCTION text_reply_record(sid_ text, mobile_ text, meaning_ text, at_ timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('consent ' || mobile_, 0));
  INSERT INTO text_reply (sid, mobile, meaning, at) VALUES (sid_, mobile_, meaning_, at_) ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;

CREATE FUNCTION mobile_failed(mobile_ text, error_code_ integer, at_ timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO unreachable_mobile (mobile, error_code, since) VALUES (mobile_, error_code_, at_) ON CONFLICT DO NOTHING $$;

CREATE FUNCTION mobile_reached(mobile_ text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$ DELETE FROM unreachable_mobile WHERE mobile = mobile_ $$;

-- `stopped`, `unreachable`, or empty where a number can be sent messages of a purpose.
CREATE FUNCTION mobile_trouble(mobile_ text, purpose_ text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN NOT consent_holds(mobile_, purpose_) THEN 'stopped'
              WHEN EXISTS (SELECT 1 FROM unreachable_mobile u WHERE u.mobile = mobile_) THEN 'unreachable' ELSE '' END $$;

-- Of these messages, those that may not be sent now, and why. What answers a reply goes out in any case.
CREATE FUNCTION text_withheld(tenants uuid[], ids uuid[], at_ timestamptz) RETURNS TABLE (tenant_id uuid, id uuid, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT w.tenant_id, w.id, w.why FROM (
    SELECT m.tenant_id, m.id, CASE
      WHEN m.kind LIKE 'reply.%' THEN NULL
      WHEN NOT consent_holds(m.recipient, CASE WHEN m.urgency = 'code' THEN 'code' WHEN m.kind LIKE 'news.%' THEN 'news' ELSE 'care' END)
        THEN 'stopped'
      WHEN m.visit_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM visit v WHERE v.tenant_id = m.tenant_id AND v.id = m.visit_id AND v.version = m.visit_version
           AND v.status = 'booked' AND v.starts_at > at_) THEN 'changed'
      WHEN m.urgency IN ('notice', 'bulk') AND m.zone <> ''
        AND (at_ AT TIME ZONE m.zone)::time NOT BETWEEN time '08:00' AND time '20:59:59.999999' THEN 'quiet' END AS why
    FROM text_message m JOIN unnest(tenants, ids) AS k(tenant_id, id) USING (tenant_id, id)) w
  WHERE w.why IS NOT NULL $$;

-- Takes the stretch of time whose reminders are to be made, ours until the transaction ends; no row where another has it.
CREATE FUNCTION reminder_sweep_begin(at_ timestamptz) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE since timestamptz;
BEGIN
  INSERT INTO reminder_sweep (id, swept_to) VALUES (1, at_) ON CONFLICT DO NOTHING;
  SELECT swept_to INTO since FROM reminder_sweep WHERE id = 1 FOR UPDATE SKIP LOCKED;
  UPDATE reminder_sweep SET swept_to = greatest(swept_to, at_) WHERE id = 1 AND since IS NOT NULL;
  RETURN since;
END $$;

-- Where visits take place and when their practices remind: few rows, whatever the number of visits.
CREATE FUNCTION reminder_leads() RETURNS TABLE (zone text, hours integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT l.zone, h.hours FROM location l JOIN practice p ON p.id = l.tenant_id CROSS JOIN unnest(p.reminder_hours) AS h(hours) $$;

-- The visits that begin after `since` and not after `until`, by zone and lead: a look into each practice's index, no more.
-- Nobody is reminded who said stop, and nobody more than `most_day` and `most_week` times, over all practices.
CREATE FUNCTION reminder_due(zones text[], leads integer[], since timestamptz[], until timestamptz[], at_ timestamptz,
                             most_day integer, most_week integer)
RETURNS TABLE (lead integer, tenant_id uuid, visit_id uuid, version integer, starts_at timestamptz, zone text, confirmed boolean,
               practice text, phone text, patient_id uuid, user_id uuid, mobile text, language text, own_zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT w.lead, v.tenant_id, v.id, v.version, v.starts_at, l.zone, v.confirmed_version IS NOT DISTINCT FROM v.version,
         p.name, p.phone, c.id, c.user_id, c.mobile, c.language, c.zone
  FROM unnest(zones, leads, since, until) AS w(zone, lead, since, until)
  JOIN practice p ON w.lead = ANY (p.reminder_hours)
  JOIN LATERAL (SELECT * FROM visit x WHERE x.tenant_id = p.id AND x.starts_at > w.since AND x.starts_at <= w.until
                  AND x.starts_at > at_ AND x.status = 'booked') v ON true
  JOIN location l ON l.tenant_id = v.tenant_id AND l.id = v.location_id AND l.zone = w.zone
  JOIN patient c ON c.tenant_id = v.tenant_id AND c.id = v.patient_id AND c.mobile <> ''
  WHERE w.since < w.until AND consent_holds(c.mobile, 'care')
    AND (SELECT count(*) FROM text_message m WHERE m.recipient = c.mobile AND m.kind = 'visit.reminder'
            AND m.created_at > at_ - interval '1 day') < most_day
    AND (SELECT count(*) FROM text_message m WHERE m.recipient = c.mobile AND m.kind = 'visit.reminder'
            AND m.created_at > at_ - interval '7 days') < most_week $$;

-- The visit that a number was last asked about and that is still to come, not confirmed, as it was asked.
CREATE FUNCTION reminder_asked(mobile_ text, at_ timestamptz)
RETURNS TABLE (tenant_id uuid, visit_id uuid, version integer, patient_id uuid, confirmed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT v.tenant_id, v.id, v.version, v.patient_id, v.confirmed_version IS NOT DISTINCT FROM v.version
  FROM text_message m JOIN visit v ON v.tenant_id = m.tenant_id AND v.id = m.visit_id AND v.version = m.visit_version
  WHERE m.recipient = mobile_ AND m.kind = 'visit.reminder' AND m.created_at > at_ - interval '30 days'
    AND m.status IN ('sending', 'accepted', 'sent', 'delivered', 'unknown') AND v.status = 'booked' AND v.starts_at > at_
  ORDER BY v.confirmed_version IS NOT DISTINCT FROM v.version, m.accepted_at DESC NULLS LAST, m.created_at DESC LIMIT 1 $$;

REVOKE EXECUTE ON FUNCTION consent_holds, consent_record, text_reply_record, mobile_failed, mobile_reached, mobile_trouble, text_withheld,
  reminder_sweep_begin, reminder_leads, reminder_due, reminder_asked FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consent_holds, consent_record, text_reply_record, mobile_trouble, reminder_asked TO carelane_app;
GRANT EXECUTE ON FUNCTION consent_record, mobile_failed, mobile_reached, text_withheld, reminder_sweep_begin, reminder_leads,
  reminder_due TO carelane_pump;
-- Reminders of all practices are made at once, by the role that has nothing but the outbox.
GRANT INSERT ON text_message TO carelane_pump;
