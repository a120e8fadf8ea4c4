{"kind":"message","direction":"received","data":{"setupComplete":{}}}
{"kind":"message","direction":"received","data":{"toolCall":{"functionCalls":[{"name":"weather","args":{"city":"Oslo"},"id":"fc-1"}]}}}
{"kind":"message","direction":"received","data":{"serverContent":{"turnComplete":true},"usageMetadata":{"promptTokenCount":24,"candidatesTokenCount":5,"totalTokenCount":29}}}
