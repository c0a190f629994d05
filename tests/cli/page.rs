//! `page`: one self-contained HTML file.

use std::fs;
use std::iter;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::chromium::Browser;
use crate::support::{World, dataset, model, model_at, model_with, row, row_at};

const EVIL: &str = "<script>alert(1)</script>\"'&";

impl World {
    fn page_path(&self) -> PathBuf {
        self.dir.path().join("page.html")
    }

    /// The page, written on the 20th of August 2025.
    fn page(&self) -> String {
        self.page_at(1_755_648_000)
    }

    fn page_at(&self, moment: i64) -> String {
        let path = self.page_path();
        let run = self.run_at(moment, &["page", path.to_str().unwrap()]);
        run.expect_code(0).expect_stdout("Wrote ");
        fs::read_to_string(path).unwrap()
    }
}

/// A row with these cells instead of those of [`row`].
fn row_with(name: &str, developer: &str, flop: &str, reasoning: &str, sources: &str) -> String {
    let quoted = [name, developer, reasoning, sources].map(|text| text.replace('"', "\"\""));
    let [name, developer, reasoning, sources] = quoted;
    format!(
        "\"{name}\",\"{developer}\",,,{flop},{flop},low,scaling_laws,not_sure,uncertain,\"{reasoning}\",\"{sources}\",,,\n"
    )
}

/// The text of the only element of this name.
fn element<'h>(html: &'h str, name: &str) -> &'h str {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    assert_eq!(html.matches(&open).count(), 1, "{name}");
    let (_, rest) = html.split_once(&open).unwrap();
    rest.split_once(&close).unwrap().0
}

#[test]
fn the_page_shows_the_counts_and_what_waits_for_a_person() {
    let world = World::with_every_kind_of_row();
    let html = world.page();
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    for said in [
        "<title>AI models above 1e25 training FLOP</title>",
        "<strong>6 of 6 rows</strong> are at or above 1e25 FLOP",
        "Made by core-dataset on <time>2025-08-20</time>",
        "core-dataset list --drifted",
        "core-dataset list --unverified",
        "<h2 id=\"progress\">Progress by day <span class=\"count\">0</span></h2>",
        "<h2 id=\"drifted\">Drifted <span class=\"count\">1</span></h2>",
        "Epoch AI states",
        "marked “no” ",
        "<div>look here</div>",
    ] {
        assert!(html.contains(said), "no {said:?}");
    }
    for line in ["5e24", "1e25", "5e25"] {
        assert!(html.contains(&format!(">{line}</text>")), "no {line}");
    }
}

#[test]
fn the_attention_counts_of_the_page_match_those_of_the_report() {
    let world = World::with_every_kind_of_row();
    let html = world.page();
    let attention = &world.json(&["--dry-run"])["attention"];
    for key in ["drifted", "orphaned", "to_verify"] {
        let (count, what) = (&attention[key], key.replace('_', " "));
        assert_ne!(*count, 0, "{key}");
        let said = format!("<b>{count} {what}</b> <code>core-dataset list --");
        assert!(html.contains(&said), "{said}");
    }
    for key in ["demoted", "reconsider", "unreadable", "rejected"] {
        assert_eq!(attention[key], 0, "{key}");
        assert!(
            !html.contains(&format!("core-dataset list --{key}")),
            "{key}"
        );
    }
}

#[test]
fn names_and_texts_are_escaped_and_only_http_addresses_are_links() {
    let rows = [
        row_with(
            EVIL,
            "d\u{202e}",
            "6e+25",
            EVIL,
            "javascript:alert(1); https://example.org/a?b=1&c=2",
        ),
        row_with(
            "other",
            EVIL,
            "6e+24",
            "<img src=x onerror=alert(1)>",
            "data:text/html,x",
        ),
    ];
    let html = World::with(&[model("zz")]).dataset(dataset(&rows)).page();
    assert!(!html.contains("<script>alert") && !html.contains("<img"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;"));
    assert!(html.contains("d\\u{202e}") && !html.contains('\u{202e}'));
    let links: Vec<&str> = html
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let outside: Vec<_> = links.iter().filter(|link| !link.starts_with('#')).collect();
    assert_eq!(outside, [&"https://example.org/a?b=1&amp;c=2"]);
    let tags: Vec<&str> = html
        .split('<')
        .map(|rest| rest.split('>').next().unwrap())
        .collect();
    for attribute in [" style=", " on", " src="] {
        let found = tags.iter().find(|tag| tag.contains(attribute));
        assert_eq!(found, None, "{attribute}");
    }
    for request in ["<link", "<img", "@import", "url("] {
        assert!(!html.contains(request), "{request}");
    }
}

#[test]
fn the_content_security_policy_allows_only_the_one_style_and_the_one_script() {
    let html = World::with_every_kind_of_row().page();
    let hash = |name| {
        format!(
            "'sha256-{}'",
            STANDARD.encode(Sha256::digest(element(&html, name)))
        )
    };
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        hash("script"),
        hash("style")
    );
    assert!(html.contains(&format!(
        "http-equiv=\"Content-Security-Policy\" content=\"{policy}\""
    )));
}

#[test]
fn the_same_files_give_the_same_bytes_except_for_the_date() {
    let world = World::with_every_kind_of_row();
    let before = world.text();
    let one = world.page_at(1_755_648_000);
    assert_eq!(world.page_at(1_755_648_000), one);
    assert_eq!(
        world
            .page_at(1_755_734_400)
            .replace("2025-08-21", "2025-08-20"),
        one
    );
    assert_eq!(world.text(), before);
    assert!(world.other_files().is_empty());
}

#[test]
fn without_estimates_the_page_says_what_is_not_known() {
    let world = World::new().dataset(dataset(&[row("a", "y", "")]));
    let html = world.page();
    assert!(html.contains("There are no estimates to compare the dataset with"));
    assert!(!html.contains("id=\"drifted\"") && !html.contains("orphaned</"));
    let empty = World::new();
    let page = empty.page_path();
    empty.run(&["page", page.to_str().unwrap()]).expect_code(1);
    assert!(!page.exists());
}

#[test]
fn daily_progress_and_crossed_rows_come_from_the_journal() {
    let world = World::with(&[model_at("a", "2e25"), model_at("b", "6e24")]);
    const DAY: i64 = 86_400;
    let at = |seconds: i64, args: &[&str]| {
        world.run_at(1_755_216_000 + seconds, args).expect_code(0);
    };
    at(0, &[]);
    world.set_models(&[model_at("a", "9e24"), model_at("b", "6e24")]);
    at(DAY, &[]);
    // A day with many runs is still one row and pushes no earlier day out.
    for minute in 1..=15 {
        at(DAY + 60 * minute, &["verify", "b"]);
        at(DAY + 60 * minute + 1, &["verify", "--undo", "b"]);
    }
    at(DAY + 3600, &["verify", "b"]);
    let html = world.page();
    let day = |day: &str, counts: [usize; 4]| {
        let counts = counts.map(|count| format!("<td class=\"number\">{count}</td>"));
        format!(
            "<th scope=\"row\" class=\"date\">{day}</th>{}",
            counts.concat()
        )
    };
    for said in [
        day("2025-08-16", [32, 2, 0, 1]),
        day("2025-08-15", [1, 2, 1, 0]),
    ] {
        assert_eq!(html.matches(&said).count(), 1, "{said}");
    }
    for said in [
        "<h2 id=\"crossed\">Crossed 1e25 <span class=\"count\">1</span></h2>",
        "<b>1 crossed</b> <code>core-dataset list --crossed",
    ] {
        assert!(html.contains(said), "no {said}");
    }
    assert!(html.contains("passed 1e25 FLOP in the last refresh, on 2025-08-16, in either"));
    assert!(html.contains("Progress by day <span class=\"count\">2</span>"));
    assert!(html.contains("<th scope=\"col\">Share verified</th>"));
    // The last thirty days of the journal are listed below today.
    for day in 2..=31 {
        let undo = ["verify", "b", "--undo"];
        at(day * DAY, &undo[..3 - day as usize % 2]);
    }
    assert_eq!(cells(&world.page(), "progress").len(), 31);
    assert_eq!(
        cells(&html, "crossed"),
        [["a|d", "2.00e+25", "9.00e+24", "÷2.2", "now &lt; 1e25", ""]]
    );
}

#[test]
fn a_section_without_a_row_is_left_out() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let html = world.page();
    assert!(html.contains("id=\"queue\"") && !html.contains("There is nothing to look at."));
    assert!(html.contains("Compared with estimates that were saved on 2025-08-15."));
    for id in ["drifted", "crossed", "reconsider", "renamed", "verified"] {
        assert!(!html.contains(&format!("id=\"{id}\"")), "{id}");
    }
    let html = world.dataset(dataset(&[])).page();
    assert!(!html.contains("id=\"queue\"") && html.contains("There is nothing to look at."));
    let meter = "<meter aria-label=\"Share verified\" max=\"1\" value=\"0\">";
    assert_eq!(html.matches(meter).count(), 2);
    assert!(html.contains("Training FLOP by rank") && !html.contains(">rank "));
}

#[test]
fn an_extreme_number_is_counted_but_does_not_squeeze_the_plot() {
    let rows = ["5e+52", "6e+25", "9e+24", "1e-300"];
    let rows = rows.map(|flop| row_with(flop, "d", flop, "", ""));
    let html = World::with(&[model("zz")]).dataset(dataset(&rows)).page();
    assert!(html.contains(
        "The plot shows 2 of 4 rows: those with a training FLOP between 1e21 and 1e29 (outside this range: 2 rows)."
    ));
    assert!(html.contains(">1e26</text>") && !html.contains(">1e30</text>"));
    assert!(!html.contains(">1e21</text>"));
}

#[test]
fn ten_release_dates_make_a_plot_by_date() {
    let dated = |count: usize| {
        let models = (0..count).map(|i| {
            model_with(
                &format!("m{i}"),
                json!({"release_date": format!("2025-{:02}-01", 1 + i % 12)}),
            )
        });
        let world = World::with(&models.collect::<Vec<_>>());
        world.ok(&[]);
        world.page()
    };
    let html = dated(9);
    assert!(html.contains("Training FLOP by rank") && html.contains(">rank 9</text>"));
    assert!(!html.contains(">2025-01-01</text>"));
    let html = dated(10);
    assert!(html.contains("Training FLOP by release date") && html.contains(">2025-01-01</text>"));
    assert!(!html.contains("no date"));
}

#[test]
fn a_row_without_a_date_or_with_a_mistyped_year_is_drawn_to_the_right_of_the_others() {
    for date in ["", "0205-01-05"] {
        let dates = (1..11).map(|day| format!("2025-01-{day:02}"));
        let dates = iter::once(date.to_owned()).chain(dates).enumerate();
        let rows = dates.map(|(place, date)| {
            row(&format!("m{place}"), "", "").replace("d,,", &format!("d,{date},"))
        });
        let html = World::with(&[model("zz")])
            .dataset(dataset(&rows.collect::<Vec<_>>()))
            .page();
        assert!(html.contains(">no date</text>"));
        assert!(
            html.contains("Rows without a release date from 1990 to 2100 are under “no date”.")
        );
        let mut across = tags(&html, "circle").map(|tag| number(tag, "cx"));
        let undated = across.next().unwrap();
        assert!(undated < 952.0 && across.all(|dated| dated < undated));
    }
}

/// The tags of the elements with this name.
fn tags<'h>(html: &'h str, name: &str) -> impl Iterator<Item = &'h str> {
    let parts = html.split('<').filter_map(|part| part.split_once('>'));
    let name = format!("{name} ");
    parts
        .map(|(tag, _)| tag)
        .filter(move |tag| tag.starts_with(&name))
}

/// The number in an attribute of a tag.
fn number(tag: &str, attribute: &str) -> f64 {
    let (_, rest) = tag.split_once(&format!(" {attribute}=\"")).unwrap();
    rest.split('"').next().unwrap().parse().unwrap()
}

#[test]
fn verified_dots_are_filled_and_drawn_last_and_bars_are_longer_for_lower_confidence() {
    let long = format!("{}\u{202e}", "n".repeat(23));
    let with_flop = |name: &str, flop: &str| row(name, "", "").replace("6e+25", flop);
    let rows = [
        with_flop("highest", "9e+28"),
        row("seen", "y", ""),
        row("vague", "", "").replace("medium", "low"),
        row("silent", "", "").replace("medium", ""),
        with_flop(&long, "1e+22"),
    ];
    let html = World::with(&[model("zz")]).dataset(dataset(&rows)).page();
    let classes: Vec<_> = tags(&html, "circle")
        .map(|tag| tag.split('"').nth(1).unwrap())
        .collect();
    assert_eq!(classes, ["dot", "dot", "dot", "dot", "dot verified"]);
    assert!(html.contains("<title>seen (d): 6.00e+25, medium confidence, verified</title>"));
    assert!(html.contains("<title>silent (d): 6.00e+25, unknown confidence</title>"));
    assert!(
        html.contains(&format!(">{}\\u…</text>", "n".repeat(23))) && !html.contains('\u{202e}')
    );
    let bars: Vec<_> = tags(&html, "line")
        .filter(|tag| tag.contains("\"range"))
        .collect();
    assert_eq!(bars.len(), 4);
    let seen = bars
        .iter()
        .find(|tag| tag.contains("range verified"))
        .unwrap();
    let middle = tags(&html, "circle")
        .map(|tag| number(tag, "cy"))
        .last()
        .unwrap();
    let halves = |tag: &str| (number(tag, "y1") - middle, middle - number(tag, "y2"));
    let (below, above) = halves(seen);
    assert!(below > 10.0 && (below - above).abs() < 3.0, "{seen}");
    // Low confidence is ×31 in either direction, medium ×10.
    let length = |tag: &str| number(tag, "y1") - number(tag, "y2");
    let longest = bars.iter().map(|tag| length(tag)).fold(0.0, f64::max);
    assert!((longest / length(seen) - 31_f64.log10()).abs() < 0.05);
}

#[test]
fn a_page_of_thirty_thousand_rows_stays_below_five_megabytes() {
    let long = "because ".repeat(100);
    let row = |i: usize| {
        row_with(
            &format!("model {i}"),
            "d",
            &format!("{:e}", 6e24 + i as f64 * 1e22),
            &long,
            "https://example.org/a; https://example.org/b",
        )
    };
    let rows: Vec<String> = (0..30_000).map(row).collect();
    let html = World::with(&[model("zz")]).dataset(dataset(&rows)).page();
    assert!(html.len() < 5_000_000, "{} bytes", html.len());
    assert!(html.contains("29000 more rows: <code>core-dataset list --unverified</code>"));
    assert!(html.contains("The plot shows 1500 of 30000 rows: the highest 1500 of "));
}

#[test]
fn a_single_row_that_is_not_shown_is_counted_in_the_singular() {
    let rows: Vec<String> = (0..1001).map(|i| row(&format!("m{i}"), "", "")).collect();
    let html = World::with(&[model("zz")]).dataset(dataset(&rows)).page();
    assert!(html.contains("1 more row: <code>core-dataset list --unverified</code>"));
}

#[test]
fn page_writes_only_html_files_and_a_failure_leaves_everything_as_it_was() {
    let world = World::with_every_kind_of_row();
    let dataset = world.dataset_path();
    world
        .run_without_writing(&["page", dataset.to_str().unwrap()])
        .expect_code(1)
        .expect_stderr("ends in .html");
    // Nor may a link with a harmless name overwrite the dataset.
    symlink(&dataset, world.page_path()).unwrap();
    world
        .run_without_writing(&["page", world.page_path().to_str().unwrap()])
        .expect_code(1)
        .expect_stderr("belongs to the dataset");
    let nowhere = world.dir.path().join("no/such/page.html");
    world
        .run_without_writing(&["page", nowhere.to_str().unwrap()])
        .expect_code(1)
        .expect_stderr("page.html");
    let directory = world.dir.path().join("directory.html");
    fs::create_dir(&directory).unwrap();
    world
        .run_without_writing(&["page", directory.to_str().unwrap()])
        .expect_code(1);
}

#[test]
fn an_existing_page_keeps_its_mode_and_a_symlink_is_followed() {
    let world = World::with_every_kind_of_row();
    let target = world.dir.path().join("target.html");
    fs::write(&target, "old").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&target, world.page_path()).unwrap();
    let html = world.page();
    assert_eq!(fs::read_to_string(&target).unwrap(), html);
    assert_eq!(
        fs::metadata(&target).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert!(world.page_path().is_symlink());
}

#[test]
fn a_quiet_page_command_prints_nothing_and_json_says_what_was_written() {
    let world = World::with_every_kind_of_row();
    let page = world.page_path();
    let page = page.to_str().unwrap();
    assert_eq!(world.ok(&["-q", "page", page]).stdout, "");
    let written = world.json(&["page", page]);
    assert_eq!(written["rows"], 6);
    assert_eq!(written["bytes"], fs::metadata(page).unwrap().len());
}

#[test]
fn in_a_browser_the_queue_sorts_and_filters_and_nothing_is_requested() {
    let Some(mut browser) = Browser::start("page in a browser") else {
        return;
    };
    let rows = [
        row_with("alpha", "x", "9e+24", "", ""),
        row_with("beta", "y", "2e+25", "", "https://example.org/a"),
        row_with("gamma", "x", "6e+25", "because", ""),
        row_with("none", "z", "", "", ""),
    ];
    let world = World::with(&[model("zz")]).dataset(dataset(&rows));
    world.page();
    browser.open(&world.page_path());
    let names = "[...document.querySelectorAll('#queue-table tbody tr:not([hidden]) th > bdi')].map(e => e.textContent).join()";
    let mut after = |what: &str| {
        browser.evaluate(what);
        browser.evaluate(names).as_str().unwrap().to_owned()
    };
    let click = |column: usize| {
        format!("document.querySelectorAll('#queue-table th button')[{column}].click()")
    };
    let filter = |text: &str| {
        format!(
            "(() => {{ const e = document.querySelector('section:has(#queue) input'); e.value = '{text}'; e.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
        )
    };
    assert_eq!(after("0"), "gamma,beta,alpha,none");
    assert_eq!(after(&click(1)), "alpha,beta,gamma,none");
    assert_eq!(after(&click(0)), "alpha,beta,gamma,none");
    assert_eq!(after(&click(0)), "none,gamma,beta,alpha");
    assert_eq!(after(&filter("BET")), "beta");
    assert_eq!(after(&filter("nothing")), "");
    assert_eq!(after(&filter("x")), "gamma,beta,alpha");
    assert_eq!(
        browser.evaluate("document.querySelector('output').value"),
        "3 of 4 shown"
    );
    assert_eq!(
        browser.evaluate("document.querySelector('#queue-table th').getAttribute('aria-sort')"),
        "descending"
    );
    let wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    assert_eq!(browser.evaluate(wide), true, "the page scrolls sideways");
    for trouble in [
        "Log.entryAdded",
        "Runtime.exceptionThrown",
        "Runtime.consoleAPICalled",
    ] {
        assert_eq!(
            browser.named(trouble).collect::<Vec<_>>(),
            [&json!(null); 0],
            "{trouble}"
        );
    }
    let requests = browser.named("Network.requestWillBeSent");
    let requests: Vec<_> = requests
        .map(|request| request["request"]["url"].as_str().unwrap())
        .collect();
    assert_eq!(
        requests,
        [format!("file://{}", world.page_path().display())]
    );
}

/// The texts in the cells of a section's table, row by row.
fn cells(html: &str, id: &str) -> Vec<Vec<String>> {
    let open = format!("<h2 id=\"{id}\">");
    let (_, section) = html.split_once(&open).unwrap();
    let (_, body) = section.split_once("<tbody>").unwrap();
    let (body, _) = body.split_once("</tbody>").unwrap();
    let text = |cell: &str| {
        let texts = cell
            .split('<')
            .filter_map(|tag| Some(tag.split_once('>')?.1));
        texts
            .filter(|text| !text.trim().is_empty())
            .collect::<Vec<_>>()
            .join("|")
    };
    let rows = body.split("</tr>").filter(|row| !row.is_empty());
    rows.map(|row| {
        row.replace("</th>", "</td>")
            .split("</td>")
            .map(text)
            .collect()
    })
    .collect()
}

#[test]
fn every_section_shows_its_rows_with_their_cells() {
    let long = "n".repeat(300);
    let rows = [
        row("drifted", "y", "from the card"),
        row("glm_4", "", "")
            .replace("d,,,", "d,2025-03-01,,")
            .replace("six of them", ""),
        row("protected", " no ", "look here"),
        row_at(&long, "", "", "9e+25", "9.00e+25")
            .replace("/a,", &format!("/{},", "a".repeat(2000))),
    ];
    let world = World::with(&[
        model_at("drifted", "2e26"),
        model("glm_4"),
        model_with("GLM 4", json!({"developer": "D AI"})),
        model_at("dismissed", "3e25"),
    ])
    .dataset(dataset(&rows));
    world.set_decisions("dismissed,d,below,6e24,small,,\n");
    let html = world.page();
    let source = "https://example.org/a";
    for (id, expected) in [
        (
            "drifted",
            vec![&["drifted|d", "6.00e+25", "2.00e+26", "×3.3", "", ""][..]],
        ),
        (
            "reconsider",
            vec![&[
                "dismissed|d",
                "6.00e+24",
                "3.00e+25",
                "×5.0",
                "now ≥ 1e25",
                "",
            ]],
        ),
        ("renamed", vec![&["GLM 4|D AI", "glm_4 (d)", ""]]),
        (
            "verified",
            vec![&[
                "drifted|d",
                "6.00e+25",
                "medium",
                "",
                "scaling_laws|six of them|from the card",
                source,
                "",
            ]],
        ),
    ] {
        assert_eq!(cells(&html, id), expected, "{id}");
    }
    let queue = cells(&html, "queue");
    assert_eq!(queue[0][0], format!("{}…|d", "n".repeat(199)));
    assert_eq!(
        queue[1..],
        [
            [
                "glm_4|d",
                "6.00e+25",
                "medium",
                "2025-03-01",
                "scaling_laws",
                source,
                ""
            ],
            [
                "protected|d",
                "6.00e+25",
                "medium",
                "",
                "marked “no” |scaling_laws|six of them|look here",
                source,
                ""
            ],
        ]
    );
    let longest = html
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.find('"'))
        .max();
    assert_eq!(longest, Some(source.len()));
}
