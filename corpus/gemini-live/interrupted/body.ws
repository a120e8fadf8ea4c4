{"kind":"message","direction":"received","data":{"setupComplete":{}}}
{"kind":"message","direction":"received","data":{"serverContent":{"outputTranscription":{"text":"Well, first of a"}}}}
{"kind":"message","direction":"received","data":{"serverContent":{"interrupted":true}}}
{"kind":"message","direction":"received","data":{"serverContent":{"turnComplete":true}}}
{"kind":"message","direction":"received","data":{"serverContent":{"outputTranscription":{"text":"Sorry?"}}}}
{"kind":"message","direction":"received","data":{"serverContent":{"turnComplete":true}}}
{"kind":"message","direction":"received","data":{"serverContent":{"modelTurn":{"parts":[{"text":"no"}]},"turnComplete":true,"turnCompleteReason":"RESPONSE_REJECTED"}}}
