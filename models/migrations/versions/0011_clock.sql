-- The last moment anyone saw. Functions are the only way to it.
ALTER TABLE clock_mark ENABLE ROW LEVEL SECURITY;

-- Notes that it is `at`. Where the mark is later, the machine's clock has been set back: answers by how much, and mends what
-- was written meanwhile, so that nothing lasts longer than it may: the lengths are those of the services that set them.
CREATE FUNCTION clock_seen(at_ timestamptz) RETURNS interval
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE before timestamptz;
BEGIN
  SELECT m.at INTO before FROM clock_mark m FOR UPDATE;
  INSERT INTO clock_mark AS m (id, at) VALUES (1, at_) ON CONFLICT (id) DO UPDATE SET at = excluded.at;
  IF before IS NULL OR before <= at_ + interval '5 seconds' THEN RETURN NULL; END IF;

  DELETE FROM throttle WHERE window_ends_at > at_ + interval '1 hour';
  UPDATE sign_in_challenge SET sent_at = at_, expires_at = least(expires_at, at_ + interval '10 minutes'),
         ticket_expires_at = least(ticket_expires_at, at_ + interval '1 minute')
   WHERE sent_at > at_ OR ticket_expires_at > at_ + interval '1 minute';
  UPDATE user_session SET last_seen_at = least(last_seen_at, at_), expires_at = least(expires_at, at_ + interval '12 hours')
   WHERE ended_at IS NULL AND (last_seen_at > at_ OR expires_at > at_ + interval '12 hours');
  UPDATE visit SET created_at = least(created_at, at_), hold_expires_at = at_ + interval '5 minutes'
   WHERE status = 'held' AND hold_expires_at > at_ + interval '5 minutes';
  UPDATE visit SET cancelled_at = at_ - interval '1 hour' WHERE status = 'cancelled' AND cancelled_at > at_;
  -- Messages that were to go at once go now; those for a certain moment keep it.
  UPDATE text_message SET created_at = at_, due_at = at_, expires_at = at_ + (expires_at - due_at)
   WHERE status = 'waiting' AND created_at > at_ AND due_at < created_at + interval '1 hour';
  -- Of those on their way the provider is asked, from so early that it can't have taken them before.
  UPDATE text_message SET attempted_at = least(attempted_at, at_) - interval '10 minutes',
         lease_until = least(lease_until, at_ + interval '30 seconds')
   WHERE status = 'sending' AND (lease_until > at_ + interval '30 seconds' OR attempted_at > at_);
  -- Each reminder has a key of its own: what was made meanwhile is not made again.
  UPDATE reminder_sweep SET swept_to = at_ WHERE swept_to > at_;
  RETURN before - at_;
END $$;

REVOKE EXECUTE ON FUNCTION clock_seen FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clock_seen TO carelane_pump;
