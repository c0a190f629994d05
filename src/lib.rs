pub mod flop; pub mod schema; pub mod text; pub mod iso8601; pub mod key; pub mod plan; pub mod render; pub mod dedup; pub mod dataset; pub mod estimates;
