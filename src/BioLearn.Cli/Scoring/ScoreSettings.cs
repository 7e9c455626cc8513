using System.ComponentModel;
using BioLearn.Cli.Tables;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Scoring;

/// <summary>What <c>biolearn predict</c> and <c>biolearn evaluate</c> have in common.</summary>
internal abstract class ScoreSettings : CommandSettings
{
    [CommandArgument(0, "<MODEL>")]
    [Description("A saved ML.NET model (.zip) whose last trainer tells classes or numbers, or a folder of biolearn train")]
    public string Model { get; init; } = "";

    [CommandArgument(1, "<DATA>")]
    [Description("Rows: a CSV file; or pictures: a file, a folder of them (one folder a class says what is true), sample, mnist, fashion-mnist, a folder of IDX or CIFAR files")]
    public string Data { get; init; } = "";

    [CommandOption("-l|--label <COLUMN>")]
    [Description("Column of a CSV file that says what is true. Default: the one called label or class, or the one that the model does not read")]
    public string? Label { get; init; }

    [CommandOption("--training")]
    [Description("Of pictures: the rows to learn from instead of those to test on")]
    public bool Training { get; init; }

    [CommandOption("--header")]
    [Description("The first line of the CSV file holds names, although it looks like a row")]
    public bool Header { get; init; }

    [CommandOption("--no-header")]
    [Description("The first line of the CSV file is a row, although it looks like names")]
    public bool NoHeader { get; init; }

    public CsvHeader CsvHeader => Header ? CsvHeader.Present : NoHeader ? CsvHeader.Absent : CsvHeader.Automatic;

    public override ValidationResult Validate() => Header && NoHeader ? ValidationResult.Error("--header and --no-header: expected one of them") : base.Validate();
}
