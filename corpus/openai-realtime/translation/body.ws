{"kind":"message","direction":"received","data":{"type":"session.created","event_id":"event_120","session":{"id":"sess_t","type":"translation","model":"demo-translate"}}}
{"kind":"message","direction":"received","data":{"type":"session.input_transcript.delta","event_id":"event_121","elapsed_ms":200,"delta":" Good"}}
{"kind":"message","direction":"received","data":{"type":"session.output_transcript.delta","event_id":"event_122","elapsed_ms":200,"delta":"Buenos"}}
{"kind":"message","direction":"received","data":{"type":"session.output_audio.delta","event_id":"event_123","elapsed_ms":200,"delta":"AQID","sample_rate":24000,"channels":1,"format":"pcm16"}}
{"kind":"message","direction":"received","data":{"type":"session.output_transcript.delta","event_id":"event_124","elapsed_ms":200,"delta":" días"}}
{"kind":"message","direction":"received","data":{"type":"session.closed","event_id":"event_125"}}
