//! The program: everything is in the library.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("banyan: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(banyan::run()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("banyan: {error:#}");
            ExitCode::FAILURE
        }
    }
}
