/**
 * The decisions of `core/budget` as one Lua script: Redis runs it as a whole, so no two gateways decide at once. It decides and changes; the gateway gets what stood there
 * before and computes from it, with `core/budget` itself, what to say. A test runs both over the same events and compares everything.
 *
 * Keys, all with one hash tag so that a cluster has them in one slot: `c:` counters, `l:` leases, `e:` ended leases (JSON, as in `core/budget/types.ts`), `x` lease ids
 * by expiry, `m` the marker of these books, `b:` what was restored. Time is Redis' own. Windows by the calendar come from the gateway (`spans`), since Lua knows no time zones.
 * Numbers are written out in full: cjson keeps 14 digits.
 */
import { ACCOUNT } from './redis-script-account.ts';
import { RESTORE } from './redis-script-restore.ts';

export const BUDGET_SCRIPT = `
local prefix = KEYS[1]
local ask = cjson.decode(ARGV[1])
local now = ask.now
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local DAY = 86400000

-- The marker names these books. Without it they were lost, and nothing is decided on empty ones before those who know what stood there have said so.
local epoch = redis.call('GET', prefix .. 'm')
local known = ask.epoch and ask.epoch == epoch
if ask.op ~= 'restore' and ask.epoch and not known then error('COSTLINT_EPOCH') end
if not epoch then
  epoch = ask.founding
  redis.call('SET', prefix .. 'm', epoch)
end

-- Limits come as texts of their own: written back as they came, they need not be put together again.
local texts = {}
for i, applied in ipairs(ask.limits) do
  applied.limit = cjson.decode(ARGV[1 + i])
  texts[applied.limit] = ARGV[1 + i]
end

local function encode(value)
  local kind = type(value)
  if kind == 'table' and texts[value] then return texts[value] end
  if value == nil or value == cjson.null then return 'null' end
  if kind == 'number' then
    if value == math.floor(value) and math.abs(value) < 9007199254740992 then return string.format('%.0f', value) end
    return string.format('%.17g', value)
  end
  if kind ~= 'table' then return cjson.encode(value) end
  local parts = {}
  if next(value) == nil or #value > 0 then
    for i, one in ipairs(value) do parts[i] = encode(one) end
    return '[' .. table.concat(parts, ',') .. ']'
  end
  for name, one in pairs(value) do parts[#parts + 1] = cjson.encode(name) .. ':' .. encode(one) end
  return '{' .. table.concat(parts, ',') .. '}'
end

-- What stood there when it was first looked at, and what stands there now.
local before = { c = {}, l = {}, e = {} }
local current = { c = {}, l = {}, e = {} }
local changed = { c = {}, l = {}, e = {} }

local function remembered(ended) return ended.how == 'expired' and ask.rememberMs.expired or ask.rememberMs.settled end

local function get(kind, id)
  if id == nil or id == cjson.null then return nil end
  local known = current[kind][id]
  if known == nil then
    local text = redis.call('GET', prefix .. kind .. ':' .. id)
    before[kind][id] = text or 'null'
    known = text and cjson.decode(text) or false
    if known and kind == 'e' and known.atMs + remembered(known) <= now then
      before[kind][id] = 'null'
      known = false
    end
    current[kind][id] = known
  end
  return known or nil
end

local function put(kind, id, value)
  get(kind, id)
  current[kind][id] = value
  changed[kind][id] = true
end

local function write()
  for id in pairs(changed.c) do
    local counter = current.c[id]
    local life = 35 * DAY
    if counter.endMs ~= cjson.null then life = math.max(life, counter.endMs - now + 2 * DAY) end
    redis.call('SET', prefix .. 'c:' .. id, encode(counter), 'PX', string.format('%.0f', life))
  end
  for id in pairs(changed.l) do
    local lease = current.l[id]
    if lease then
      redis.call('SET', prefix .. 'l:' .. id, encode(lease))
      redis.call('ZADD', prefix .. 'x', string.format('%.0f', lease.expiresMs), id)
    else
      redis.call('DEL', prefix .. 'l:' .. id)
      redis.call('ZREM', prefix .. 'x', id)
    end
  end
  for id in pairs(changed.e) do
    redis.call('SET', prefix .. 'e:' .. id, encode(current.e[id]), 'PX', string.format('%.0f', remembered(current.e[id])))
  end
end

-- Begins anew: what changed so far is written and is what stands there.
local function start_over()
  write()
  before = { c = {}, l = {}, e = {} }
  current = { c = {}, l = {}, e = {} }
  changed = { c = {}, l = {}, e = {} }
end

-- windows.ts

local function fresh(startMs, endMs, resets)
  return { startMs = startMs, endMs = endMs, spent = 0, reserved = 0, warned = false, resets = resets }
end

local function started(applied, resets)
  local window = applied.limit.window
  if window.kind == 'from-first-use' then return fresh(now, now + window.ms, resets) end
  if window.kind == 'calendar' then
    for _, span in ipairs(applied.spans or {}) do
      if now >= span[1] and now < span[2] then return fresh(span[1], span[2], resets) end
    end
    error('COSTLINT_SPAN ' .. string.format('%.0f', now))
  end
  local counter = fresh(0, cjson.null, resets)
  if window.kind == 'rolling' then counter.steps = {} end
  return counter
end

local function step_of(ms) return math.max(1, math.ceil(ms / ask.rollingSteps)) end

local function rolled(ms, counter)
  local step = step_of(ms)
  local steps, spent = {}, 0
  for _, one in ipairs(counter.steps or {}) do
    if one[1] + step + ms > now then
      steps[#steps + 1] = one
      spent = spent + one[2]
    end
  end
  if #steps == #(counter.steps or {}) then return counter end
  return { startMs = counter.startMs, endMs = counter.endMs, steps = steps, spent = spent, reserved = counter.reserved,
    resets = counter.resets + (spent == 0 and 1 or 0), warned = counter.warned and spent > 0 }
end

local function counter_at(applied)
  local window = applied.limit.window
  local counter = window.kind ~= 'call' and get('c', applied.counter) or nil
  if not counter then return started(applied, 0) end
  if window.kind == 'rolling' then return rolled(window.ms, counter) end
  if counter.endMs ~= cjson.null and now >= counter.endMs then return started(applied, counter.resets + 1) end
  return counter
end

local function copy(counter)
  local same = {}
  for name, value in pairs(counter) do same[name] = value end
  return same
end

local function spend(window, counter, amount)
  counter = copy(counter)
  counter.spent = counter.spent + amount
  if window.kind ~= 'rolling' or amount == 0 then return counter end
  local step = step_of(window.ms)
  local steps = {}
  for i, one in ipairs(counter.steps or {}) do steps[i] = one end
  local last = steps[#steps]
  local start = math.max(math.floor(now / step) * step, last and last[1] or 0)
  if last and last[1] == start then steps[#steps] = { start, last[2] + amount } else steps[#steps + 1] = { start, amount } end
  counter.steps = steps
  return counter
end
${ACCOUNT}${RESTORE}
local ok, list = true, {}

if ask.op == 'reserve' or ask.op == 'extend' then
  local decide = ask.op == 'reserve' and reserve or extend
  expire(20)
  start_over()
  ok = decide()
  if not ok and #expire(1000) > 0 then
    start_over()
    ok = decide()
  end
elseif ask.op == 'settle' then
  settle()
elseif ask.op == 'charge' then
  if get('l', ask.id) or get('e', ask.id) then
    settle()
  else
    for _, applied in ipairs(ask.limits) do
      if applied.limit.window.kind ~= 'call' then
        local counter = counter_at(applied)
        put('c', applied.counter, spend(applied.limit.window, counter, ask.amount[applied.limit.unit]))
      end
    end
    put('e', ask.id, { how = 'settled', atMs = now, shares = {} })
  end
elseif ask.op == 'release' then
  local lease = get('l', ask.id)
  if lease then finish(lease, ZERO, 'released') end
elseif ask.op == 'heartbeat' then
  for _, id in ipairs(ask.ids) do
    local lease = get('l', id)
    if lease and lease.expiresMs > now then
      lease.expiresMs = math.max(lease.expiresMs, now + lease.ttlMs)
      put('l', id, lease)
    else
      list[#list + 1] = cjson.encode(id)
    end
  end
elseif ask.op == 'expire' then
  list = expire(1000)
elseif ask.op == 'view' then
  if ask.sweep then
    expire(1000)
    start_over()
  end
  for _, applied in ipairs(ask.limits) do get('c', applied.counter) end
elseif ask.op == 'restore' then
  if not known then
    for _, one in ipairs(ask.counters) do restore_counter(one[1], one[2]) end
    for _, lease in ipairs(ask.leases) do restore_lease(lease) end
    start_over()
  end
  for _, one in ipairs(ask.counters) do get('c', one[1]) end
elseif ask.op == 'reset' then
  local counter = get('c', ask.counter)
  if counter then
    counter.spent = 0
    counter.warned = false
    counter.resets = counter.resets + 1
    if counter.steps then counter.steps = {} end
    put('c', ask.counter, counter)
  end
end
write()

local function object(texts)
  local parts = {}
  for id, text in pairs(texts) do parts[#parts + 1] = cjson.encode(id) .. ':' .. text end
  return '{' .. table.concat(parts, ',') .. '}'
end
return '{"now":' .. string.format('%.0f', now) .. ',"epoch":' .. cjson.encode(epoch) .. ',"ok":' .. tostring(ok) .. ',"counters":' .. object(before.c) .. ',"leases":' .. object(before.l)
  .. ',"ended":' .. object(before.e) .. ',"list":[' .. table.concat(list, ',') .. ']}'
`;
