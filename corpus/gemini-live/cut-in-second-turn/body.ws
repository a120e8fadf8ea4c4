{"kind":"message","direction":"received","data":{"setupComplete":{}}}
{"kind":"message","direction":"received","data":{"serverContent":{"outputTranscription":{"text":"Done."}}}}
{"kind":"message","direction":"received","data":{"serverContent":{"turnComplete":true}}}
{"kind":"message","direction":"received","data":{"goAway":{"timeLeft":"50s"}}}
{"kind":"message","direction":"received","data":{"serverContent":{"outputTranscription":{"text":"And one mo"}}}}
