/** Parts of the script in `redis-script.ts` that are `core/budget`'s `account.ts` and `settle.ts` in Lua. They use what stands before them there. */
export const ACCOUNT = `
-- account.ts

local function live_hold(id)
  local lease = get('l', id)
  if lease and lease.kind == 'hold' and lease.expiresMs > now then return lease end
  return nil
end

local function share_in(lease, counter, startMs)
  if not lease then return nil end
  for _, share in ipairs(lease.shares) do
    if share.counter == counter and share.startMs == startMs then return share end
  end
  return nil
end

local function place(applied, amount, hold)
  local counter = counter_at(applied)
  local share = share_in(hold, applied.counter, counter.startMs)
  local wanted = amount[applied.limit.unit]
  local cover = math.min(share and share.reserved or 0, wanted)
  return { applied = applied, counter = counter, cover = cover, need = wanted - cover, sum = applied.limit.window.kind ~= 'call' }
end

local function fits(placed)
  for _, one in ipairs(placed) do
    local limit = one.applied.limit
    if limit.action ~= 'warn' and one.need ~= 0 and one.counter.spent + one.counter.reserved + one.need > limit.max then return false end
  end
  return true
end

local function set_aside(placed)
  local shares = {}
  for _, one in ipairs(placed) do
    if one.sum then
      local limit, counter = one.applied.limit, copy(one.counter)
      local warn = counter.spent + counter.reserved + one.need >= limit.max * (limit.warnAt or ask.warnAt)
      counter.warned = counter.warned or warn
      counter.reserved = counter.reserved + one.need
      put('c', one.applied.counter, counter)
      shares[#shares + 1] = { limit = limit, counter = one.applied.counter, startMs = counter.startMs, reserved = one.need + one.cover, fromHold = one.cover }
    end
  end
  return shares
end

local function draw(hold, taken)
  if not hold then return end
  for _, share in ipairs(hold.shares) do
    local by = nil
    for _, one in ipairs(taken) do
      if not by and one.counter == share.counter and one.startMs == share.startMs then by = one end
    end
    if by then share.reserved = share.reserved - by.fromHold end
  end
  put('l', hold.id, hold)
end

local function reserve()
  if get('l', ask.id) then
    for _, applied in ipairs(ask.limits) do get('c', applied.counter) end
    return true
  end
  local hold = live_hold(ask.hold)
  local placed = {}
  for i, applied in ipairs(ask.limits) do placed[i] = place(applied, ask.amount, hold) end
  if not fits(placed) then return false end
  local shares = set_aside(placed)
  local single = {}
  for _, one in ipairs(placed) do
    if not one.sum then single[#single + 1] = { limit = one.applied.limit, counter = one.applied.counter } end
  end
  put('l', ask.id, { id = ask.id, kind = ask.kind or 'call', amount = ask.amount, shares = shares, single = single, hold = hold and hold.id or nil,
    madeMs = now, expiresMs = now + ask.ttlMs, ttlMs = ask.ttlMs })
  draw(hold, shares)
  return true
end

local function spans_of(counter)
  for _, applied in ipairs(ask.limits) do
    if applied.counter == counter then return applied.spans end
  end
  return nil
end

local function extend()
  local lease = get('l', ask.id)
  if not lease then return false end
  local hold = live_hold(lease.hold)
  local total = {}
  for unit, value in pairs(lease.amount) do total[unit] = value + ask.amount[unit] end
  local placed, seen = {}, {}
  for _, applied in ipairs(lease.single) do placed[#placed + 1] = place(applied, total, nil) end
  for _, share in ipairs(lease.shares) do
    local key = share.limit.id .. ' ' .. share.counter
    if not seen[key] then
      seen[key] = true
      placed[#placed + 1] = place({ limit = share.limit, counter = share.counter, spans = spans_of(share.counter) }, ask.amount, hold)
    end
  end
  if not fits(placed) then return false end
  local added = set_aside(placed)
  for _, one in ipairs(added) do
    local had = nil
    for _, share in ipairs(lease.shares) do
      if not had and share.counter == one.counter and share.startMs == one.startMs and share.limit.id == one.limit.id then had = share end
    end
    if had then
      had.reserved = had.reserved + one.reserved
      had.fromHold = had.fromHold + one.fromHold
    else
      lease.shares[#lease.shares + 1] = one
    end
  end
  lease.amount = total
  lease.expiresMs = now + lease.ttlMs
  put('l', lease.id, lease)
  draw(hold, added)
  return true
end

-- settle.ts

local function bearings(shares, actual)
  local left, parts = {}, {}
  local function key(share) return share.limit.id .. ' ' .. share.counter end
  for i, share in ipairs(shares) do
    local open = left[key(share)]
    if open == nil then open = actual[share.limit.unit] end
    local last = true
    for j = i + 1, #shares do
      if key(shares[j]) == key(share) then last = false end
    end
    parts[i] = last and open or math.min(open, share.reserved)
    left[key(share)] = open - parts[i]
  end
  return parts
end

local function book(share, reserved, kept, spent)
  local counter = get('c', share.counter)
  if not counter or counter.startMs ~= share.startMs then return end
  local after = spend(share.limit.window, counter, spent)
  after.reserved = after.reserved - (reserved - kept)
  put('c', share.counter, after)
end

local function finish(lease, actual, how)
  local hold = live_hold(lease.hold)
  local parts = bearings(lease.shares, actual)
  local drawn = false
  for i, share in ipairs(lease.shares) do
    local counter = get('c', share.counter)
    local same = counter and counter.startMs == share.startMs
    local held = share_in(hold, share.counter, share.startMs)
    local kept = same and held and math.max(0, share.fromHold - parts[i]) or 0
    if kept > 0 then
      held.reserved = held.reserved + kept
      drawn = true
    end
    book(share, share.reserved, kept, parts[i])
  end
  put('l', lease.id, false)
  if drawn then put('l', hold.id, hold) end
  put('e', lease.id, { how = how, atMs = now, shares = how == 'expired' and lease.shares or {} })
end

local function settle()
  local lease = get('l', ask.id)
  if lease then
    finish(lease, ask.amount, 'settled')
    return
  end
  local ended = get('e', ask.id)
  if not ended or ended.how ~= 'expired' then return end
  local parts = bearings(ended.shares, ask.amount)
  for i, share in ipairs(ended.shares) do book(share, 0, 0, parts[i]) end
  put('e', ask.id, { how = 'settled', atMs = now, shares = {} })
end

local ZERO = { nanoUsd = 0, tokens = 0, calls = 0 }

-- Returns leases whose time is up, a number at a time.
local function expire(most)
  local ids = redis.call('ZRANGEBYSCORE', prefix .. 'x', '-inf', string.format('%.0f', now), 'LIMIT', 0, most)
  local leases = {}
  for _, id in ipairs(ids) do
    local lease = get('l', id)
    if lease then
      leases[#leases + 1] = encode(lease)
      finish(lease, ZERO, 'expired')
    else
      redis.call('ZREM', prefix .. 'x', id)
    end
  end
  return leases
end
`;
