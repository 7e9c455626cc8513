using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Sparse;

/// <summary>Sizes of the sparse rows.</summary>
internal sealed class SparseSettings : CommandSettings
{
    [CommandOption("--rows <COUNT>")]
    [Description("Rows to learn from; a tenth more is scored.")]
    [DefaultValue(30_000)]
    public int Rows { get; init; }

    [CommandOption("--columns <COUNT>")]
    [Description("Columns of a row.")]
    [DefaultValue(100_000)]
    public int Columns { get; init; }

    [CommandOption("--set <COUNT>")]
    [Description("Columns of a row that are set.")]
    [DefaultValue(100)]
    public int Set { get; init; }

    [CommandOption("--epochs <COUNT>")]
    [Description("Passes over the rows.")]
    [DefaultValue(2)]
    public int Epochs { get; init; }

    [CommandOption("--rule <NAME>")]
    [Description("feedback-alignment, backpropagation, direct-feedback-alignment or sdca (ML.NET's linear trainer).")]
    [DefaultValue("backpropagation")]
    public string Rule { get; init; } = "";

    [CommandOption("--sgd")]
    [Description("Plain gradient descent in place of Adam.")]
    public bool Sgd { get; init; }

    [CommandOption("--rows-in-memory <COUNT>")]
    [Description("Reads the rows anew in every epoch, so many at a time; 0 reads them once.")]
    [DefaultValue(0)]
    public int RowsInMemory { get; init; }

    public override ValidationResult Validate() =>
        Rows < 1 || Set < 4 || Columns < 8 * Set || Epochs < 1 || RowsInMemory < 0
            ? ValidationResult.Error($"expected at least one row and epoch, four set columns and eight times as many columns; got {Rows} rows, {Epochs} epochs, {Set} set of {Columns}")
            : ValidationResult.Success();
}
