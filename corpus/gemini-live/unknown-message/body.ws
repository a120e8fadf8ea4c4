{"kind":"message","direction":"received","data":{"setupComplete":{}}}
{"kind":"message","direction":"received","data":{"newMessage":{"a":1}}}
{"kind":"message","direction":"received","data":{"serverContent":{"newContent":2,"modelTurn":{"parts":[{"text":"ok"}]},"turnComplete":true}}}
{"kind":"message","direction":"received","data":{"error":{"code":1011,"message":"Internal error","status":"INTERNAL"}}}
