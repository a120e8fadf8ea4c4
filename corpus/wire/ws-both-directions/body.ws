{"request": {"method": "GET", "uri": "wss://example.com/v1/realtime"}}
{"kind": "message", "direction": "sent", "data": {"type": "response.create"}}
{"kind": "message", "direction": "received", "data": {"type": "response.created"}}
{"kind": "message", "direction": "received", "data": "{\"type\": \"response.done\"}"}
{"kind": "binary", "direction": "received", "data": "AAEC"}
