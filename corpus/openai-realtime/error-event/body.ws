{"kind":"message","direction":"received","data":{"type":"session.created","event_id":"event_1","session":{"type":"realtime","object":"realtime.session","id":"sess_1","model":"demo-voice"}}}
{"kind":"message","direction":"received","data":{"type":"session.updated","event_id":"event_2","session":{"type":"realtime","id":"sess_1","model":"demo-voice"}}}
{"kind":"message","direction":"received","data":{"type":"error","event_id":"event_88","error":{"type":"invalid_request_error","code":"invalid_value","message":"Invalid value: 7.","param":"voice","event_id":null}}}
