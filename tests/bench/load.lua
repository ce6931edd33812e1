-- For wrk: sends prepared bodies in turn, each thread its own slice of them, and counts answers that
-- are not what was asked for.
--
-- From the environment: BENCH_BODIES (a body a line), BENCH_TOKEN (empty: none), BENCH_THREADS, BENCH_ONCE (not
-- empty: no body is sent twice).

local bodies = os.getenv("BENCH_BODIES")
local token = os.getenv("BENCH_TOKEN")
local count = tonumber(os.getenv("BENCH_THREADS"))
local once = os.getenv("BENCH_ONCE") ~= ""
local threads = {}

function setup(thread)
   thread:set("number", #threads)
   table.insert(threads, thread)
end

function init()
   requests, position, wrong, answered, example = {}, 0, 0, 0, ""
   local headers = { ["Content-Type"] = "application/json", ["Accept"] = "application/json" }
   if token ~= "" then headers["Authorization"] = "Bearer " .. token end
   local line_number = 0
   for line in io.lines(bodies) do
      if line_number % count == number then
         -- A key of repetition may stand before the body, behind it a tab.
         local key, body = line:match("^([^\t]*)\t(.*)$")
         headers["Idempotency-Key"] = key
         table.insert(requests, wrk.format("POST", "/graphql", headers, body or line))
      end
      line_number = line_number + 1
   end
end

function request()
   position = position + 1
   if position > #requests then
      if once then wrk.thread:stop() end
      position = 1
   end
   return requests[position]
end

function response(status, _, body)
   answered = answered + 1
   if status ~= 200 or body:find('"errors":', 1, true) or body:find('"userErrors":[{', 1, true) then
      wrong = wrong + 1
      example = status .. " " .. body:sub(1, 300)
   end
end

function done(summary, latency)
   local wrong, answered, example = 0, 0, ""
   for _, thread in ipairs(threads) do
      wrong = wrong + thread:get("wrong")
      answered = answered + thread:get("answered")
      if thread:get("example") ~= "" then example = thread:get("example") end
   end
   local errors = summary.errors
   io.write(string.format("RESULT %d %d %d %d %d %d\n", answered, summary.duration, latency:percentile(50),
      latency:percentile(99), wrong, errors.connect + errors.read + errors.write + errors.timeout))
   if example ~= "" then io.write("EXAMPLE " .. example .. "\n") end
end
