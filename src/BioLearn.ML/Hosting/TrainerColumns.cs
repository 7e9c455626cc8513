namespace BioLearn.ML.Hosting;

/// <summary>The columns that a trainer reads.</summary>
internal sealed class TrainerColumns(PredictionTask task, TrainerOptions options)
{
    public InputColumn Feature { get; } = InputColumn.FloatVector("feature", Named(options.FeatureColumnName, nameof(options.FeatureColumnName)));

    public InputColumn Label { get; } = task switch
    {
        PredictionTask.Multiclass => InputColumn.Key("label", Named(options.LabelColumnName, nameof(options.LabelColumnName))),
        PredictionTask.Binary => InputColumn.Boolean("label", Named(options.LabelColumnName, nameof(options.LabelColumnName))),
        _ => InputColumn.Float("label", Named(options.LabelColumnName, nameof(options.LabelColumnName))),
    };

    public InputColumn? Weight { get; } = options.ExampleWeightColumnName is { } name ? InputColumn.Float("weight", Named(name, nameof(options.ExampleWeightColumnName))) : null;

    public InputColumn? Instruction { get; } = options.Instruction is { } asked ? InputColumn.KeyOrFloatVector("instruction", Named(asked.Name, "InstructionColumnName")) : null;

    /// <summary>What is told of the instructions.</summary>
    public InstructionColumns? Asked { get; } = options.Instruction;

    /// <summary>The columns that are there.</summary>
    public IEnumerable<InputColumn> All => ((InputColumn?[])[Feature, Label, Weight, Instruction]).OfType<InputColumn>();

    private static string Named(string? name, string option)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, option);
        return name;
    }
}
