/** The part of the script in `redis-script.ts` that writes lost books back. It uses what stands before it there. */
export const RESTORE = `
-- What a gateway saw last of a counter, in books that were lost. Several saw it at different times: b: keeps the most that was restored so far, so that only what
-- another saw beyond that is added to what has been spent since.
local function restore_counter(key, seen)
  if seen.endMs ~= cjson.null and now >= seen.endMs then return end
  local at = prefix .. 'b:' .. key
  local text = redis.call('GET', at)
  local base = text and cjson.decode(text) or { spent = 0, resets = seen.resets }
  if not seen.steps and seen.resets < base.resets then return end
  local counter = get('c', key)
  counter = counter and copy(counter) or fresh(seen.startMs, seen.endMs, seen.resets)
  if seen.steps then
    local function by_start(steps)
      local map = {}
      for _, one in ipairs(steps or {}) do map[one[1]] = one[2] end
      return map
    end
    local sums, had = by_start(counter.steps), by_start(base.steps)
    for start, amount in pairs(by_start(seen.steps)) do
      local more = math.max(0, amount - (had[start] or 0))
      sums[start] = (sums[start] or 0) + more
      had[start] = math.max(amount, had[start] or 0)
    end
    local function steps_of(map)
      local steps, sum = {}, 0
      for start, amount in pairs(map) do
        steps[#steps + 1] = { start, amount }
        sum = sum + amount
      end
      table.sort(steps, function(a, b) return a[1] < b[1] end)
      return steps, sum
    end
    counter.steps, counter.spent = steps_of(sums)
    base = { spent = 0, resets = math.max(seen.resets, base.resets), steps = steps_of(had) }
  else
    local same = seen.resets == base.resets
    counter.spent = math.max(0, counter.spent + (same and math.max(0, seen.spent - base.spent) or seen.spent - base.spent))
    base = { spent = same and math.max(seen.spent, base.spent) or seen.spent, resets = seen.resets }
  end
  counter.resets = math.max(counter.resets, seen.resets)
  counter.warned = counter.warned or seen.warned
  put('c', key, counter)
  local life = counter.endMs ~= cjson.null and counter.endMs - now or 35 * DAY
  redis.call('SET', at, encode(base), 'PX', string.format('%.0f', life))
end

-- A running lease of lost books, as it was. Whether it fits was decided then.
local function restore_lease(lease)
  if get('l', lease.id) or get('e', lease.id) then return end
  local hold = live_hold(lease.hold)
  for _, share in ipairs(lease.shares) do
    local counter = get('c', share.counter)
    if counter then
      share.startMs = counter.startMs
      local held = share_in(hold, share.counter, share.startMs)
      share.fromHold = math.min(share.fromHold, held and held.reserved or 0)
      counter = copy(counter)
      counter.reserved = counter.reserved + share.reserved - share.fromHold
      put('c', share.counter, counter)
    end
  end
  lease.expiresMs = now + lease.ttlMs
  put('l', lease.id, lease)
  draw(hold, lease.shares)
end
`;
