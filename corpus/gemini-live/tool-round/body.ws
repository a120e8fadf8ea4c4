{"kind":"message","direction":"received","data":{"setupComplete":{}}}
{"kind":"message","direction":"received","data":{"toolCall":{"functionCalls":[{"name":"weather","args":{"city":"Oslo"},"id":"fc-1"},{"name":"clock","args":{},"id":"fc-2"}]}}}
{"kind":"message","direction":"sent","data":{"tool_response":{"functionResponses":[{"id":"fc-1","name":"weather","response":{"output":"fog"}}]}}}
{"kind":"message","direction":"received","data":{"toolCallCancellation":{"ids":["fc-2"]}}}
{"kind":"message","direction":"received","data":{"sessionResumptionUpdate":{"newHandle":"h-1","resumable":true}}}
{"kind":"message","direction":"received","data":{"serverContent":{"modelTurn":{"parts":[{"text":"Fog in Oslo."}]}}}}
{"kind":"message","direction":"received","data":{"serverContent":{"turnComplete":true,"groundingMetadata":{}}}}
