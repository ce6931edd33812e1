//! Migrations are built into the program, and a new one is a new folder, which cargo would not look for by itself.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
