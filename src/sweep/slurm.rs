//! The script that has Slurm run a plan's shards, each as one task of a job array.

use super::plan::Plan;
use std::path::Path;

/// The script for the table `out`, whose plan lies in `recipe`. `program` is how Flockwork is called.
pub fn script(plan: &Plan, parts: u64, out: &Path, recipe: &Path, program: &Path) -> String {
    let name = out.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let quote = |path: &str| format!("'{}'", path.replace('\'', r"'\''"));
    let (table, shards) = (quote(&out.to_string_lossy()), quote(&format!("{}.shards", out.display())));
    let (recipe, program) = (quote(&recipe.to_string_lossy()), quote(&program.to_string_lossy()));
    let script = quote(&format!("{}.sh", out.display()));
    let job: String = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    let Plan { version, .. } = plan;
    format!(
        "#!/bin/bash
# {runs} runs of {model} in {parts} shards, by flockwork {version}. Give memory, time and partition below or to sbatch.
# Shards that are whole are left alone and those cut short go on, so the script may be submitted again.
#
#   job=$(sbatch --parsable {script})
#   sbatch --dependency=afterok:$job --wrap \"{program} merge {shards}/*.csv -o {table}\"
#
#SBATCH --job-name={job}
#SBATCH --array=1-{parts}
#SBATCH --cpus-per-task=1
#SBATCH --output=/dev/null
set -eu
cd \"$SLURM_SUBMIT_DIR\"
mkdir -p {shards}
exec {program} sweep {recipe} --shard \"$SLURM_ARRAY_TASK_ID/{parts}\" --jobs \"${{SLURM_CPUS_PER_TASK:-1}}\" \\
    -o {shards}/\"$SLURM_ARRAY_TASK_ID.csv\" 2> {shards}/\"$SLURM_ARRAY_TASK_ID.log\"
",
        runs = plan.runs(),
        model = plan.scene.model.name,
    )
}
