use egui::epaint::{CircleShape, Vertex};
use egui::{Context, FontId, Mesh, RawInput, pos2, vec2};

use super::*;

/// The content of an SVG document: the names of its elements with their attributes, and its texts.
pub(crate) struct Read {
    pub elements: Vec<(String, Vec<(String, String)>)>,
    pub texts: Vec<String>,
}

impl Read {
    /// Parses a document, which must be well-formed.
    pub fn of(svg: &str) -> Self {
        use quick_xml::events::Event;
        let mut reader = quick_xml::Reader::from_str(svg);
        reader.config_mut().check_end_names = true;
        let (mut read, mut depth) = (
            Self {
                elements: Vec::new(),
                texts: Vec::new(),
            },
            0_i32,
        );
        loop {
            let event = reader.read_event().unwrap();
            match &event {
                Event::Start(tag) | Event::Empty(tag) => {
                    depth += i32::from(matches!(event, Event::Start(_)));
                    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                    let attributes = tag.attributes().map(|attribute| attribute.unwrap());
                    let attributes =
                        attributes.map(|pair| (text(pair.key.as_ref()), text(&pair.value)));
                    read.elements
                        .push((text(tag.name().as_ref()), attributes.collect()));
                    read.texts.push(String::new());
                }
                Event::End(_) => depth -= 1,
                Event::Text(text) => read.add(&text.decode().unwrap()),
                Event::GeneralRef(name) => {
                    let known = [("amp", "&"), ("lt", "<"), ("gt", ">")];
                    let name = name.decode().unwrap();
                    read.add(known.iter().find(|(known, _)| *known == name).unwrap().1);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0, "an element is not closed");
        read.texts
            .iter_mut()
            .for_each(|text| text.truncate(text.trim_end_matches('\n').len())); // between tags
        read.texts.retain(|text| !text.trim().is_empty());
        read
    }

    fn add(&mut self, text: &str) {
        if let Some(last) = self.texts.last_mut() {
            *last += text;
        }
    }

    /// The attributes of every element with a name.
    pub fn all(&self, name: &str) -> Vec<&[(String, String)]> {
        self.elements
            .iter()
            .filter(|(element, _)| element == name)
            .map(|(_, attributes)| attributes.as_slice())
            .collect()
    }
}

fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

fn document(shapes: Vec<Shape>) -> String {
    let page = Rect::from_min_size(egui::Pos2::ZERO, vec2(200.0, 100.0));
    let shapes: Vec<ClippedShape> = shapes
        .into_iter()
        .map(|shape| ClippedShape::new(page, shape))
        .collect();
    svg_document(&shapes, page.size(), "a < b", "c & d")
}

/// Corners of the triangles of a path.
fn triangles(commands: &str) -> Vec<[egui::Pos2; 3]> {
    let corner = |text: &str| {
        let (x, y) = text.split_once(',').unwrap();
        pos2(x.parse().unwrap(), y.parse().unwrap())
    };
    let triangle = |text: &str| {
        text.trim_start_matches('M')
            .split('L')
            .map(corner)
            .collect::<Vec<_>>()
    };
    let all = commands
        .split('Z')
        .filter(|text| !text.is_empty())
        .map(triangle);
    all.map(|corners| corners.try_into().unwrap()).collect()
}

#[test]
fn a_mesh_becomes_triangles_that_cover_it_once_all_the_same_way_round() {
    let mut mesh = Mesh::default();
    for (x, y, color) in [
        (10.0, 10.0, Color32::BLACK),
        (90.0, 10.0, Color32::WHITE),
        (10.0, 60.0, Color32::RED),
        (90.0, 60.0, Color32::BLUE),
    ] {
        mesh.vertices.push(Vertex {
            pos: pos2(x, y),
            uv: egui::epaint::WHITE_UV,
            color,
        });
    }
    mesh.add_triangle(0, 1, 2);
    mesh.add_triangle(2, 1, 3); // opposite orientation to the first
    mesh.add_triangle(1, 3, 2);
    mesh.indices.truncate(6);
    let read = Read::of(&document(vec![mesh.into()]));
    let paths = read.all("path");
    assert!(paths.len() > 30, "{} steps of colour", paths.len());
    let mut area = 0.0;
    for [a, b, c] in paths
        .iter()
        .flat_map(|path| triangles(attribute(path, "d").unwrap()))
    {
        let doubled = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
        assert!(doubled > 0.0, "{a:?} {b:?} {c:?}");
        area += doubled / 2.0;
    }
    assert!((area - 80.0 * 50.0).abs() < 1.0, "{area}");
}

#[test]
fn text_keeps_its_position_its_width_and_every_letter() {
    let ctx = Context::default();
    let output = ctx.run_ui(RawInput::default(), |ui| {
        let galley = ui.painter().layout_no_wrap(
            "a<b & \"c\"".to_owned(),
            FontId::proportional(13.0),
            Color32::RED,
        );
        let width = galley.size().x;
        ui.painter()
            .galley(pos2(20.0, 30.0), galley, Color32::BLACK);
        ui.data_mut(|data| data.insert_temp(egui::Id::NULL, width));
    });
    let width: f32 = ctx.data(|data| data.get_temp(egui::Id::NULL)).unwrap();
    let read = Read::of(&document(
        output
            .shapes
            .iter()
            .map(|clipped| clipped.shape.clone())
            .collect(),
    ));
    output.drop_without_applying_deltas();
    assert_eq!(
        read.texts,
        ["a < b", "c & d", "a<b & \"c\""],
        "title, description, text"
    );
    let text = read.all("text")[0];
    let value = |name: &str| attribute(text, name).unwrap().parse::<f32>().unwrap();
    assert!(
        (value("x") - 20.0).abs() < 0.1 && (30.0..47.0).contains(&value("y")),
        "{text:?}"
    );
    assert!(
        (value("textLength") - width).abs() < 0.6,
        "{width}: {text:?}"
    );
    assert_eq!(attribute(text, "fill"), Some("#ff0000"));
}

#[test]
fn only_shapes_that_reach_beyond_their_clip_are_clipped() {
    let clip = Rect::from_min_size(pos2(10.0, 10.0), vec2(50.0, 50.0));
    let dot =
        |x: f32| ClippedShape::new(clip, CircleShape::filled(pos2(x, 30.0), 5.0, Color32::RED));
    let svg = svg_document(
        &[dot(30.0), dot(58.0), dot(59.0), dot(400.0)],
        vec2(200.0, 100.0),
        "",
        "",
    );
    let read = Read::of(&svg);
    assert_eq!(read.all("circle").len(), 3, "one is out of sight");
    assert_eq!((read.all("clipPath").len(), read.all("g").len()), (1, 1));
    assert!(
        svg.find("<circle").unwrap() < svg.find("<g ").unwrap(),
        "the first is not clipped"
    );
}

#[test]
fn translucent_colours_keep_their_hue() {
    let area = Rect::from_min_size(pos2(10.0, 10.0), vec2(20.0, 20.0));
    let fill = Color32::from_rgb(200, 100, 0).gamma_multiply(0.5);
    let read = Read::of(&document(vec![Shape::rect_filled(area, 3.0, fill)]));
    let rect = read.all("rect")[0];
    let [r, g, b] = [1, 3, 5]
        .map(|at| u8::from_str_radix(&attribute(rect, "fill").unwrap()[at..at + 2], 16).unwrap());
    assert!(
        r.abs_diff(200) <= 2 && g.abs_diff(100) <= 2 && b == 0,
        "{rect:?}"
    );
    assert_eq!(
        (attribute(rect, "fill-opacity"), attribute(rect, "rx")),
        (Some("0.5"), Some("3"))
    );
}
