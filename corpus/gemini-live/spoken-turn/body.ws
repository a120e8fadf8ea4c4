{"kind":"message","direction":"sent","data":{"setup":{"model":"models/gemini-live-demo"}}}
{"kind":"message","direction":"received","data":{"setupComplete":{"sessionId":"s-1"}}}
{"kind":"message","direction":"sent","data":{"realtime_input":{"audio":{"data":"AA==","mimeType":"audio/pcm"}}}}
{"kind":"message","direction":"received","data":{"serverContent":{"inputTranscription":{"text":"Where is the harbour?"}}}}
{"kind":"message","direction":"received","data":{"serverContent":{"modelTurn":{"parts":[{"text":"They ask the way.","thought":true}]}}}}
{"kind":"message","direction":"received","data":{"serverContent":{"outputTranscription":{}}}}
{"kind":"message","direction":"received","data":{"serverContent":{"outputTranscription":{"text":"Down the"},"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"AAAB"}}]}}}}
{"kind":"message","direction":"received","data":{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"AgMD"}}],"role":"model"}}}}
{"kind":"message","direction":"received","data":{"serverContent":{"outputTranscription":{"text":" hill."}}}}
{"kind":"message","direction":"received","data":{"serverContent":{"outputTranscription":{"finished":true}}}}
{"kind":"message","direction":"received","data":{"serverContent":{"generationComplete":true}}}
{"kind":"message","direction":"received","data":{"serverContent":{"turnComplete":true},"usageMetadata":{"promptTokenCount":20,"responseTokenCount":9,"thoughtsTokenCount":5,"totalTokenCount":34}}}
