//! What answers speak of, as graphs: one for each key.

use midstream::entity::{Entities, EntityKind, Gazetteer};
use midstream::tagger::PosModel;
use midstream_gateway::GatewayConfig;
use serde_json::Value;

use crate::support::{TestGateway, TestUpstream, send, soon, sse_data};

/// Names that are found for sure, whatever a model makes of them.
fn names() -> Entities {
    let list = "Ada Lovelace,PERSON\nCharles Babbage,PERSON\nLondon,LOCATION\n";
    Entities { gazetteer: Some(Gazetteer::read(list, &EntityKind::new("TERM")).unwrap()), ..Entities::default() }
}

/// An upstream that answers with this text.
async fn upstream(text: &str) -> TestUpstream {
    let delta = serde_json::json!({"choices": [{"index": 0, "delta": {"content": text}}]});
    let body = format!(
        "data: {delta}\n\ndata: {{\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"stop\"}}]}}\n\ndata: [DONE]\n\n"
    );
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    TestUpstream::answering(format!("{head}{body}"), 7).await
}

/// A gateway before `upstream` that finds [`names`].
async fn reading(upstream: &TestUpstream, configure: impl FnOnce(&mut GatewayConfig)) -> TestGateway {
    TestGateway::with(|config| {
        config.upstreams.push(upstream.named("openai"));
        config.entities = Some(names());
        configure(config);
    })
    .await
}

const CHAT: &str = "/v1/chat/completions";
const TEXT: &str = "Nobody knew. Ada Lovelace met Charles Babbage. She lived in London.";

async fn ask(gateway: &TestGateway, key: Option<&str>) {
    let bearer = key.map(|key| format!("Bearer {key}"));
    let headers: Vec<_> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
    send(gateway.addr, "POST", CHAT, &headers, b"{}").await.text().await;
    soon("the end of the stream", async {
        while gateway.json("/streams").await["streams"].as_array().unwrap().iter().any(|it| it["state"] == "live") {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

fn names_of(nodes: &Value) -> Vec<&str> {
    nodes.as_array().unwrap().iter().map(|node| node["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_answer_feeds_the_graph_of_its_clients_key() {
    let upstream = upstream(TEXT).await;
    let gateway = reading(&upstream, |_| {}).await;
    assert_eq!(gateway.json("/graphs").await, serde_json::json!({"graphs": [], "evicted": 0}));
    ask(&gateway, None).await;
    ask(&gateway, Some("sk-secret")).await;
    let list = gateway.json("/graphs").await;
    let ids: Vec<_> = list["graphs"].as_array().unwrap().iter().map(|graph| graph["id"].as_str().unwrap()).collect();
    // The first 8 bytes of the key's SHA-256.
    assert_eq!(ids.len(), 2);
    assert!(ids.contains(&"local") && !list.to_string().contains("sk-secret"), "{list}");

    let graph = gateway.json("/graphs/local").await;
    assert_eq!(names_of(&graph["nodes"]), ["Ada Lovelace", "Charles Babbage", "London"]);
    assert_eq!(graph["edges"].as_array().unwrap().len(), 1, "{graph}");
    let edge = &graph["edges"][0];
    assert_eq!((&edge["predicate"], &edge["object"]["name"]), (&"mentioned with".into(), &"Charles Babbage".into()));
    for when in ["as_of", "recorded"] {
        let before = gateway.json(&format!("/graphs/local?{when}=2001-01-01")).await;
        assert_eq!((&before["edges"], &before["nodes"]), (&serde_json::json!([]), &serde_json::json!([])), "{when}");
    }

    let found = gateway.json(&format!("/graphs/local/edges/{}", edge["edge"])).await;
    let sentence = &found["sentence"];
    assert_eq!(sentence["text"], "Ada Lovelace met Charles Babbage.");
    assert_eq!((&sentence["start"], &sentence["end"]), (&0.into(), &32.into()));
    let ada = &gateway.json("/graphs/local/search?q=love").await["nodes"][0];
    let node = gateway.json(&format!("/graphs/local/nodes/{}", ada["node"])).await;
    assert_eq!((&node["node"]["name"], node["edges"].as_array().unwrap().len()), (&"Ada Lovelace".into(), 2));
    let charles = &edge["object"]["node"];
    let path = gateway.json(&format!("/graphs/local/path?from={}&to={charles}", ada["node"])).await;
    assert_eq!(path["edges"].as_array().unwrap().len(), 1);
    let csv = gateway.get("/graphs/local/export?format=csv").await.text().await;
    assert!(csv.contains("Charles Babbage"), "{csv}");
}

#[tokio::test]
async fn what_an_answer_says_of_names_is_a_fact_with_its_time() {
    let upstream = upstream(
        "Ada Lovelace lived in London in 1843. Charles Babbage did not live in London. Ada Lovelace met all of them.",
    )
    .await;
    let gateway = reading(&upstream, |config| {
        let model = include_bytes!("../../../../models/parts-of-speech.bin");
        config.parts_of_speech = Some(PosModel::read(model).unwrap());
    })
    .await;
    ask(&gateway, None).await;
    let said = |graph: Value| -> Vec<_> {
        let edges = graph["edges"].as_array().unwrap().clone();
        let facts = edges.into_iter().filter(|edge| edge["predicate"] != "mentioned with");
        facts
            .map(|edge| (edge["subject"]["name"].clone(), edge["predicate"].clone(), edge["negated"] == true))
            .collect()
    };
    let ada = ("Ada Lovelace".into(), "lived in".into(), false);
    let charles = ("Charles Babbage".into(), "did not live in".into(), true);
    assert_eq!(said(gateway.json("/graphs/local?as_of=1843-06-01").await), std::slice::from_ref(&ada));
    assert_eq!(said(gateway.json("/graphs/local").await), [charles, ada]);
}

#[tokio::test]
async fn what_is_asked_wrongly_is_told() {
    let upstream = upstream(TEXT).await;
    let gateway = reading(&upstream, |_| {}).await;
    ask(&gateway, None).await;
    for (path, status, message) in [
        ("/graphs/none", 404, "no graph `none`"),
        ("/graphs/local?as_of=soon", 400, "found `soon`"),
        ("/graphs/local?limit=-1", 400, "expected a number as `limit`, found `-1`"),
        ("/graphs/local/nodes/99", 404, "no node 99"),
        ("/graphs/local/edges/99", 404, "no edge 99"),
        ("/graphs/local/export?format=tiff", 400, "cypher, csv, snapshot), found `tiff`"),
        (
            "/graphs/local/export?format=sqlite",
            400,
            "`midstream graph export --format sqlite` makes a database of a snapshot",
        ),
    ] {
        let answer = gateway.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        let error = answer.json().await;
        assert!(error["error"]["message"].as_str().unwrap().contains(message), "{path}: {error}");
    }
}

#[tokio::test]
async fn a_graph_is_followed_while_it_grows() {
    let upstream = upstream(TEXT).await;
    let gateway = reading(&upstream, |_| {}).await;
    ask(&gateway, None).await;
    let mut events = gateway.get("/graphs/local/events").await;
    assert_eq!(sse_data(&events.text_until(|text| text.contains("\n\n")).await)[0]["type"], "graph-reset");
    ask(&gateway, None).await;
    let told = sse_data(&events.text_until(|text| text.contains("graph-edge-confirmed")).await);
    assert!(told.iter().any(|change| change["type"] == "graph-node-added"), "{told:?}");
}

#[tokio::test]
async fn graphs_and_what_is_in_them_have_limits() {
    let upstream = upstream(TEXT).await;
    let gateway = reading(&upstream, |config| {
        config.limits.graphs = 1;
        config.limits.graph_nodes = 2;
    })
    .await;
    ask(&gateway, Some("one")).await;
    ask(&gateway, Some("two")).await;
    let list = gateway.json("/graphs").await;
    assert_eq!((list["graphs"].as_array().unwrap().len(), &list["evicted"]), (1, &1.into()));
    assert_eq!(list["graphs"][0]["nodes"], 2);
    // The stream and three names, of which two at a time have room: those that are linked come again.
    let graph = &list["graphs"][0];
    assert_eq!(
        (&graph["evicted_nodes"], &graph["evicted_edges"], &graph["left_out"]),
        (&4.into(), &3.into(), &0.into())
    );
    let one = gateway.json(&format!("/graphs/{}", graph["id"].as_str().unwrap())).await;
    for fate in ["evicted_nodes", "evicted_edges", "left_out", "hedged"] {
        assert_eq!(one[fate], graph[fate], "{fate}");
    }
    let page = gateway.get("/metrics").await.text().await;
    for line in [
        "midstream_graphs 1",
        "midstream_graph_nodes 2",
        "midstream_graph_evictions_total{what=\"graph\"} 1",
        "midstream_graph_evictions_total{what=\"node\"} 8",
        "midstream_graph_left_out_total{why=\"limits\"} 0",
    ] {
        assert!(page.lines().any(|known| known == line), "{line} in {page}");
    }
}

#[test]
fn limits_that_leave_no_room_for_a_fact_are_refused() {
    for (configure, message) in [
        (
            (|config| config.limits.graph_nodes = 0) as fn(&mut GatewayConfig),
            "expected graph_nodes of at least 2, found 0",
        ),
        (|config| config.limits.graph_edges = 0, "expected graph_edges of at least 1, found 0"),
        (|config| config.limits.graphs = 0, "expected graphs of at least 1, found 0"),
        (|config| config.limits.graph_text_bytes = 9, "expected graph_text_bytes of at least 1024, found 9"),
    ] {
        let mut config = GatewayConfig::default();
        configure(&mut config);
        let error = midstream_gateway::Gateway::new(&config).map(drop).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[tokio::test]
async fn without_anything_that_finds_names_there_are_no_graphs() {
    let upstream = upstream(TEXT).await;
    let gateway = TestGateway::before(&upstream).await;
    ask(&gateway, None).await;
    assert_eq!(gateway.json("/graphs").await["graphs"], serde_json::json!([]));
}
