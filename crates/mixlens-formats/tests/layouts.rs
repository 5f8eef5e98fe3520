//! Every layout reads to the same table, whatever the order of files, rows and columns.

use mixlens_core::table::{Direction, RowSums, RunTable};
use mixlens_formats::{
    ImportOptions, Imported, NamedBytes, Notice, Shape, find_metric, import_run_table,
    run_table_to_csv,
};

fn import(files: &[(&str, &str)]) -> Imported {
    import_with(files, &ImportOptions::default())
}

fn import_with(files: &[(&str, &str)], options: &ImportOptions) -> Imported {
    let files: Vec<NamedBytes> = files
        .iter()
        .map(|(name, text)| NamedBytes::new(*name, *text))
        .collect();
    import_run_table(&files, options).unwrap_or_else(|error| panic!("{error}"))
}

/// Two domains, one metric, the second run without a value.
fn assert_is_the_table(table: &RunTable) {
    assert_eq!(table.domains().names(), ["web", "code"]);
    let metrics: Vec<&str> = table
        .metrics()
        .as_slice()
        .iter()
        .map(|metric| metric.name.as_str())
        .collect();
    assert_eq!(metrics, ["web_val_loss"]);
    let runs: Vec<_> = table
        .runs()
        .map(|run| (run.id, run.parts.to_vec(), run.values.to_vec()))
        .collect();
    assert_eq!(
        runs,
        [
            ("a", vec![0.25, 0.75], vec![Some(3.5)]),
            ("b", vec![0.5, 0.5], vec![None])
        ]
    );
}

#[test]
fn a_regmix_pair_joins_by_index_in_any_order() {
    let mixtures = ("m", "index,train_web,train_code\na,0.25,0.75\nb,0.5,0.5\n");
    let losses = ("l", "index,metric/web_val_loss\nb,\na,3.5\n");
    assert_is_the_table(&import(&[mixtures, losses]).table);
    assert_is_the_table(&import(&[losses, mixtures]).table);
}

#[test]
fn one_wide_file_with_affixes_reads() {
    assert_is_the_table(
        &import(&[(
            "w",
            "name,prop_web,prop_code,metric/web_val_loss\na,0.25,0.75,3.5\nb,.5,5e-1,\n",
        )])
        .table,
    );
}

#[test]
fn one_wide_file_without_affixes_reads_by_its_sums() {
    let text = "run,step,web,code,web_val_loss\na,0,0.25,0.75,3.5\nb,1,0.5,0.5,\n";
    assert_is_the_table(&import(&[("w", text)]).table);
    // An accuracy from 0 to 1 beside the domains is not taken for one, even with a name that says
    // nothing.
    let imported = import(&[(
        "w",
        "run,hella,web,code,wino\na,0.5,0.25,0.75,0.5\nb,0.6,0.5,0.5,0.4\nc,0.4,1,0,0.3\n",
    )]);
    assert_eq!(imported.table.domains().names(), ["web", "code"]);
    assert_eq!(imported.table.metrics().len(), 2);
}

#[test]
fn long_tables_read_from_one_file_or_two() {
    let both = "run,domain,proportion,metric,value\na,web,0.25,,\na,code,0.75,web_val_loss,3.5\n\
                b,train_web,0.5,,\nb,code,0.5,metric/web_val_loss,\n";
    let imported = import(&[("long", both)]);
    assert_is_the_table(&imported.table);
    assert_eq!(imported.layout.files[0].shape, Shape::Long);
    let domains = (
        "d",
        "run,domain,proportion\na,web,0.25\na,code,0.75\nb,web,0.5\nb,code,0.5\n",
    );
    let metrics = (
        "m",
        "run,metric,value\nb,web_val_loss,\na,web_val_loss,3.5\n",
    );
    assert_is_the_table(&import(&[metrics, domains]).table);
    let wide_metrics = ("m", "run,web_val_loss\na,3.5\nb,\n");
    assert_is_the_table(&import(&[wide_metrics, domains]).table);
}

#[test]
fn a_domain_that_a_long_run_does_not_list_counts_as_zero() {
    let imported = import(&[
        ("d", "run,domain,weight\na,web,1\nb,web,0.5\nb,code,0.5\n"),
        ("m", "run,metric,value\na,loss,3\nb,loss,3\n"),
    ]);
    assert_eq!(imported.table.parts(), [1.0, 0.0, 0.5, 0.5]);
}

#[test]
fn an_olmix_pair_reads_with_plain_names_and_shuffled_columns() {
    let ratios = (
        "ratios.csv",
        "run,name,index,dclm:science,stack\nr1,x-0,0,0.25,0.75\nr2,x-1,1,0.5,0.5\n",
    );
    let metrics = (
        "metrics.csv",
        "index,run_id,name,arc_easy (BPB v2),mmlu\n1,r2,x-1,1.5,0.9\n0,r1,x-0,1.25,\n",
    );
    let imported = import(&[metrics, ratios]);
    assert_eq!(imported.table.domains().names(), ["dclm:science", "stack"]);
    let runs: Vec<_> = imported
        .table
        .runs()
        .map(|run| (run.id, run.values.to_vec()))
        .collect();
    assert_eq!(
        runs,
        [
            ("r1", vec![Some(1.25), None]),
            ("r2", vec![Some(1.5), Some(0.9)])
        ]
    );
}

#[test]
fn a_wandb_export_reads_nested_cells_and_leaves_crashed_runs_out() {
    let text = "\"Name\",\"State\",\"config.lr\",\"config.mixture\",\
        \"summary.metric/web_val_loss\",\"_step\"\n\
        \"a\",\"finished\",0.1,\"{\"\"web\"\":0.25,\"\"code\"\":0.75}\",3.5,10\n\
        \"x\",\"crashed\",0.1,\"{}\",,1\n\
        \"b\",\"finished\",0.1,\"{\"\"web\"\":0.5,\"\"code\"\":0.5}\",,10\n";
    let imported = import(&[("wandb.csv", text)]);
    assert_eq!(imported.layout.files[0].shape, Shape::WandbExport);
    let texts: Vec<String> = imported.notices.iter().map(Notice::to_string).collect();
    assert_eq!(
        texts[0],
        "1 run was left out as unfinished (1 crashed) in \"wandb.csv\""
    );
    let names = imported.table.domains().names().to_vec();
    assert_eq!(
        names,
        ["code", "web"],
        "the fields of an object are in alphabetical order"
    );
    assert_eq!(imported.table.parts(), [0.75, 0.25, 0.5, 0.5]);
    assert_eq!(imported.table.metrics().as_slice()[0].name, "web_val_loss");
    let dotted = "Name,State,config.data.mixture.web,config.data.mixture.code,\
        summary.metric/web_val_loss\n\
        a,finished,0.25,0.75,3.5\nb,finished,0.5,0.5,\n";
    assert_is_the_table(&import(&[("wandb.csv", dotted)]).table);
}

#[test]
fn json_lines_read_nested_or_flat() {
    let flat = "{\"run\":\"a\",\"train_web\":0.25,\"train_code\":0.75,\
                \"metric/web_val_loss\":3.5}\n\
         {\"run\":\"b\",\"train_web\":0.5,\"train_code\":0.5,\"metric/web_val_loss\":null}\n";
    let nested = "{\"run\":\"a\",\"proportions\":{\"web\":0.25,\"code\":0.75},\
                  \"metrics\":{\"web_val_loss\":3.5}}\n\n\
                  {\"run\":\"b\",\"proportions\":{\"web\":0.5,\"code\":0.5},\"metrics\":{}}\n";
    let list = format!("[{}]", nested.trim().replace("\n\n", ",\n"));
    for text in [flat, nested, list.as_str()] {
        let table = import(&[("runs.jsonl", text)]).table;
        assert_eq!(table.domains().names(), ["code", "web"]);
        assert_eq!(table.parts(), [0.75, 0.25, 0.5, 0.5]);
        assert_eq!(
            table.metric_values(0).collect::<Vec<_>>(),
            [Some(3.5), None]
        );
    }
}

#[test]
fn row_filters_choose_among_repeated_runs() {
    let text = "run_id,size,step,prop_web,prop_code,loss_web\n\
                a,70M,100,0.5,0.5,3\na,70M,200,0.5,0.5,2.5\n\
                b,70M,200,1,0,2\na,1B,200,0.5,0.5,1\n";
    let filters = vec![
        ("step".to_owned(), "200".to_owned()),
        ("size".to_owned(), "70M".to_owned()),
    ];
    let imported = import_with(
        &[("runs.csv", text)],
        &ImportOptions {
            filters,
            ..ImportOptions::default()
        },
    );
    assert_eq!(
        imported.table.metric_values(0).collect::<Vec<_>>(),
        [Some(2.5), Some(2.0)]
    );
    assert_eq!(
        imported.notices[0].to_string(),
        "the row filter kept 2 of 4 rows of \"runs.csv\""
    );
}

#[test]
fn unused_numeric_columns_are_named_and_text_ones_are_not() {
    let imported = import(&[(
        "w",
        "run,model,epoch,heldout,prop_a,prop_b,loss_a\nx,70M,1,0,1,0,3\n",
    )]);
    let expected =
        "2 columns were ignored in \"w\", neither a domain nor a metric: \"epoch\", \"heldout\"";
    assert_eq!(imported.notices[0].to_string(), expected);
}

#[test]
fn a_mapping_overrides_every_rule() {
    let text = "nr,train_x,u,v,loss_q,other\n1,9,0.5,0.5,3,7\n2,9,1,0,2,8\n";
    let options = ImportOptions {
        domains: vec!["u".into(), "train_v".into()],
        metrics: vec!["other".into()],
        id: Some("nr".into()),
        ..ImportOptions::default()
    };
    let table = import_with(&[("w", text)], &options).table;
    assert_eq!(table.domains().names(), ["u", "v"]);
    assert_eq!(table.metrics().as_slice()[0].name, "other");
    assert_eq!(
        table.metric_values(0).collect::<Vec<_>>(),
        [Some(7.0), Some(8.0)]
    );
}

#[test]
fn a_domain_and_its_loss_keep_different_names() {
    let table = import(&[("w", "run,prop_Github,prop_CC,loss_Github\nx,1,0,3\n")]).table;
    assert_eq!(table.domains().names(), ["Github", "CC"]);
    assert_eq!(table.metrics().as_slice()[0].name, "loss_Github");
    assert_eq!(find_metric(table.metrics(), "Github"), Ok(0));
}

#[test]
fn accuracies_are_higher_is_better_and_said_to_be() {
    let text = "run,prop_a,prop_b,arc_acc,loss_a,val_score\nx,1,0,0.3,3,1\n";
    let directions = vec![("val_score".to_owned(), Direction::Lower)];
    let imported = import_with(
        &[("w", text)],
        &ImportOptions {
            directions,
            ..ImportOptions::default()
        },
    );
    let found: Vec<Direction> = imported
        .table
        .metrics()
        .as_slice()
        .iter()
        .map(|metric| metric.direction)
        .collect();
    assert_eq!(
        found,
        [Direction::Higher, Direction::Lower, Direction::Lower]
    );
    assert_eq!(
        imported.notices[0].to_string(),
        "higher is better for 1 metric, judging by name: \"arc_acc\""
    );
}

#[test]
fn natural_weights_become_the_natural_mixture() {
    let files = [("w", "run,prop_a,prop_b,loss_a\nx,1,0,3\n")];
    let natural = vec![("prop_b".to_owned(), 3e9), ("a".to_owned(), 1e9)];
    let table = import_with(
        &files,
        &ImportOptions {
            natural,
            ..ImportOptions::default()
        },
    )
    .table;
    assert_eq!(table.natural().unwrap().parts(), [0.25, 0.75]);
}

#[test]
fn kept_rows_are_not_rescaled() {
    let options = ImportOptions {
        row_sums: RowSums::Keep,
        ..ImportOptions::default()
    };
    let imported = import_with(
        &[("w", "run,prop_a,prop_b,loss_a\nx,0.5,0.504,3\n")],
        &options,
    );
    assert_eq!(imported.table.parts(), [0.5, 0.504]);
    assert_eq!(
        imported.notices[0].to_string(),
        "1 row does not sum to 1 and was kept (sum 1.004)"
    );
}

#[test]
fn rows_without_ids_are_numbered() {
    let imported = import(&[("w", "prop_a,prop_b,loss_a\n1,0,3\n0,1,3\n")]);
    assert_eq!(
        imported
            .table
            .runs()
            .map(|run| run.id.to_owned())
            .collect::<Vec<_>>(),
        ["1", "2"]
    );
    assert_eq!(
        imported.notices[0].to_string(),
        "no run ids found; 2 rows numbered from 1 in \"w\""
    );
}

#[test]
fn a_written_run_table_reads_back_to_the_same_bits() {
    let text = "run,prop_a,prop_\"b\",loss_a,loss_b\n\
                \"x,1\",0.1,0.9000000000000001,3.123456789012345,\ny,1e-9,0.999999999,,2\n";
    let first = import(&[("w", text)]).table;
    let again = import(&[("again", run_table_to_csv(&first).as_str())]).table;
    assert_eq!(first.parts(), again.parts());
    let values = |table: &RunTable| {
        table
            .runs()
            .map(|run| (run.id.to_owned(), run.values.to_vec()))
            .collect::<Vec<_>>()
    };
    assert_eq!(values(&first), values(&again));
}
