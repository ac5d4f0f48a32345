//! Filters: no text leaves its quotes, and the query carries the expression as it is.
//!
//! Lines: field, time, text.

use bitbucket_api_paths::{Field, Filter, FilterText, FilterTime, Query, users};
use url::Url;

use super::address;
use crate::input::lines;

pub(crate) fn check(data: &[u8]) {
    let Some([field, time, text]) = lines(data) else {
        return;
    };
    let Ok(text) = FilterText::parse(text) else {
        return;
    };
    let field = Field::parse(field).unwrap_or_else(|_| Field::parse("title").unwrap());
    let time = FilterTime::parse(time).unwrap_or_else(|_| FilterTime::parse("2026-11-24").unwrap());
    let filter = field
        .contains(&text)
        .or(field.equals(text.clone()))
        .and(field.above(time.clone()));
    let quoted = Token::Text(text.as_str().to_owned());
    let (name, time) = (word(field.as_str()), word(time.as_str()));
    let expected = [
        word("("),
        name.clone(),
        word("~"),
        quoted.clone(),
        word("OR"),
        name.clone(),
        word("="),
        quoted,
        word(")"),
        word("AND"),
        name,
        word(">"),
        time,
    ];
    assert_eq!(tokens(filter.as_str()), expected);
    the_query_carries_it(&filter);
}

/// What a reader of the filter language sees.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
}

fn word(text: &str) -> Token {
    Token::Word(text.to_owned())
}

fn tokens(filter: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = filter.chars().peekable();
    while let Some(&next) = rest.peek() {
        match next {
            ' ' => drop(rest.next()),
            '"' => tokens.push(Token::Text(quoted(&mut rest))),
            '(' | ')' => tokens.extend(rest.next().map(|bracket| word(&bracket.to_string()))),
            _ => {
                let mut text = String::new();
                while let Some(next) = rest.next_if(|c| !matches!(c, ' ' | '"' | '(' | ')')) {
                    text.push(next);
                }
                tokens.push(Token::Word(text));
            }
        }
    }
    tokens
}

/// A text in quotes, in which `\` stands before what is meant as it is.
fn quoted(rest: &mut impl Iterator<Item = char>) -> String {
    assert_eq!(rest.next(), Some('"'));
    let mut text = String::new();
    loop {
        match rest.next().unwrap() {
            '"' => return text,
            '\\' => text.push(rest.next().unwrap()),
            character => text.push(character),
        }
    }
}

fn the_query_carries_it(filter: &Filter) {
    let query = Query::new().filter(filter).pagelen(7);
    let endpoint = users::current().with_query(query);
    address::holds(&endpoint);
    let url = Url::parse(&format!("https://api.example{}", endpoint.path_and_query())).unwrap();
    let pairs: Vec<_> = url.query_pairs().collect();
    assert_eq!(pairs.len(), 2);
    assert_eq!(pairs[0], ("q".into(), filter.as_str().into()));
}
