-- What wrk sends: requests made before, each once; what it was answered is written down.
--
--   wrk -t2 -c32 -d10s -s authority_wrk.lua URL -- FOLDER THREADS DELAY_MS
--
-- FOLDER holds requests-<thread>.bin (a head line "bytes path", headers as "name: value" lines, a
-- blank line, the body) and takes answers-<thread>.txt: a line for each answer, its status, the
-- transaction it is about, and whether it says when to come again.

local numbered = 0

function setup(thread)
  thread:set("number", numbered)
  numbered = numbered + 1
end

local function all(folder, number)
  local file = assert(io.open(folder .. "/requests-" .. number .. ".bin", "rb"))
  local found = {}
  for head in file:lines() do
    local length, path = head:match("^(%d+) (%S+)$")
    local headers = {}
    for line in file:lines() do
      if line == "" then break end
      local name, value = line:match("^([^:]+): (.*)$")
      headers[name] = value
    end
    local body = file:read(tonumber(length))
    file:read(1)
    found[#found + 1] = wrk.format("POST", path, headers, body)
  end
  file:close()
  return found
end

function init(arguments)
  requests = all(arguments[1], number)
  pause = tonumber(arguments[3])
  answers = assert(io.open(arguments[1] .. "/answers-" .. number .. ".txt", "wb"))
  answers:setvbuf("line")
  sent = 0
  if pause > 0 then
    delay = function() return pause end
  end
end

function request()
  sent = sent + 1
  if sent > #requests then
    wrk.thread:stop()
    sent = #requests
  end
  return requests[sent]
end

function response(status, headers, body)
  local about = body:match("TransaktionIdentifikator>([^<]+)<")
    or body:match('"transaktionsId": "([^"]+)"') or "-"
  local wait = headers["retry-after"] or headers["Retry-After"] or "-"
  answers:write(status, " ", about, " ", wait, "\n")
end
