//! Networks from files: a link a line.

use crate::error::{Error, Result};
use std::{
    collections::HashMap,
    fs::File,
    io::{BufRead, BufReader},
};

/// Longest line: what is longer is no list of links, and is not read on.
const LONGEST_LINE: u64 = 1 << 12;

/// Reads the pairs of a file of links. Each line names two agents, split by a comma, a tab, a semicolon or blanks; what
/// follows them is not read; lines that begin with `#` or `%` are comments, and a first line of two words is a heading
/// where numbers follow. Without a name nobody is linked. Whole numbers are agents in ascending order, names in the order of their appearance.
///
/// # Errors
/// Where the file cannot be read, a line does not name two agents, or there are more than `agents` of them.
pub(super) fn read(path: &str, agents: u32) -> Result<Vec<(u32, u32)>> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let unreadable = |error: std::io::Error| Error::failure(format!("cannot be read: {error}")).at(path);
    parse(BufReader::new(File::open(path).map_err(unreadable)?), path, agents)
}

fn parse(reader: impl BufRead, place: &str, agents: u32) -> Result<Vec<(u32, u32)>> {
    let mut reader = reader;
    let mut links: Vec<[u32; 2]> = Vec::new();
    let mut nodes = Nodes::default();
    let (mut bytes, mut number) = (Vec::new(), 0u64);
    loop {
        bytes.clear();
        let read = std::io::Read::take(&mut reader, LONGEST_LINE).read_until(b'\n', &mut bytes);
        if read.map_err(|error| Error::failure(format!("cannot be read: {error}")).at(place))? == 0 {
            break;
        }
        number += 1;
        let wrong = |what: String| Error::usage(what).allowed("two agents a line: '12 34'").at(format!("{place}:{number}"));
        let line = str::from_utf8(&bytes).map_err(|_| wrong("not text in UTF-8".into()))?;
        if bytes.len() as u64 == LONGEST_LINE {
            return Err(wrong(format!("a line longer than {LONGEST_LINE} bytes")));
        }
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() || line.starts_with(['#', '%']) {
            continue;
        }
        let at = ['\t', ';', ','].into_iter().find(|at| line.contains(*at));
        let mut fields = match at {
            Some(at) => line.split(at).map(|field| field.trim().trim_matches('"')).take(2).collect::<Vec<_>>(),
            None => line.split_whitespace().take(2).collect(),
        }
        .into_iter()
        .filter(|field| !field.is_empty());
        let (Some(from), Some(to)) = (fields.next(), fields.next()) else {
            return Err(wrong(format!("'{line}' does not name two")));
        };
        links.push([nodes.number(from), nodes.number(to)]);
    }
    nodes.resolve(&mut links);
    let found = nodes.names.len();
    if found > agents as usize {
        return Err(Error::usage(format!("it links {found} agents, and there are {agents}"))
            .allowed(format!("parameters.agents of at least {found}"))
            .at(place));
    }
    Ok(links.into_iter().map(|[from, to]| (from, to)).collect())
}

/// The agents of a file, in the order of their appearance.
#[derive(Default)]
struct Nodes {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl Nodes {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }

    /// Leaves out a heading, and numbers agents that are whole numbers in ascending order.
    fn resolve(&mut self, links: &mut Vec<[u32; 2]>) {
        let whole: Vec<Option<u64>> = self.names.iter().map(|name| name.parse().ok()).collect();
        let heading = self.names.len() > 2 && links[0] == [0, 1] && whole[2..].iter().all(Option::is_some);
        if heading && whole[..2] == [None, None] {
            links.remove(0);
            if links.iter().flatten().all(|node| *node >= 2) {
                self.names.drain(..2);
                links.iter_mut().flatten().for_each(|node| *node -= 2);
            }
        }
        let whole: Option<Vec<u64>> = self.names.iter().map(|name| name.parse().ok()).collect();
        let Some(whole) = whole else { return };
        let mut order: Vec<u32> = (0..whole.len() as u32).collect();
        order.sort_unstable_by_key(|node| whole[*node as usize]);
        let mut rank = vec![0; order.len()];
        (0..).zip(order).for_each(|(place, node)| rank[node as usize] = place);
        links.iter_mut().flatten().for_each(|node| *node = rank[*node as usize]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, agents: u32) -> Result<Vec<(u32, u32)>> {
        super::parse(text.as_bytes(), "links.txt", agents)
    }

    #[test]
    fn links_are_read_in_any_manner() {
        let links = vec![(0, 1), (1, 3), (2, 0)];
        for text in [
            "0 1\n1 3\n2 0\n",
            "# a comment\n1\t2\t0.5\n2\t4\t1\n\n3\t1",
            "source,target,weight\n10,20,1\n20,40,1\n30,10,1\n",
            "% Konect\n\"7\";\"8\"\n8;10\n9;7",
        ] {
            assert_eq!(parse(text, 4).unwrap(), links, "{text}");
        }
        assert_eq!(parse("ann bob\nbob cleo\nann dan\n", 4).unwrap(), [(0, 1), (1, 2), (0, 3)]);
        assert_eq!(parse("", 4).unwrap(), []);
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let error = |text: &str| parse(text, 2).unwrap_err().to_string();
        assert_eq!(error("0 1\n2\n"), "links.txt:2: '2' does not name two; allowed: two agents a line: '12 34'");
        assert_eq!(
            error("0 1\n1 2\n"),
            "links.txt: it links 3 agents, and there are 2; allowed: parameters.agents of at least 3"
        );
        assert!(error(&"1".repeat(5000)).contains("a line longer than 4096 bytes"));
        assert_eq!(read("", 2).unwrap(), [], "a file that is still to be named links nobody");
        assert!(read("/no/such/file", 2).unwrap_err().to_string().starts_with("/no/such/file: cannot be read"));
    }
}
