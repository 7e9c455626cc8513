namespace BioLearn.ML.Hosting;

/// <summary>The columns of a network that is asked something beside each row's features.</summary>
/// <param name="Name">The column of what each row asks.</param>
/// <param name="Gates">Begins the names of the columns of gates, "Gates" those of "Gates.1", "Gates.2"; null for none.</param>
internal sealed record InstructionColumns(string Name, string? Gates)
{
    /// <summary>Name of the column of a layer's gates.</summary>
    public static string GatesOf(string prefix, int layer) => FormattableString.Invariant($"{prefix}.{layer}");
}

/// <summary>The column that rows which are scored ask by.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Warn">Hears of rows that ask what nobody taught.</param>
internal sealed record AskedColumn(string Name, Action<string> Warn);
