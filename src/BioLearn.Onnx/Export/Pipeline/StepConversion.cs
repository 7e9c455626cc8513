using BioLearn.Onnx.Graph.Wire;
using Microsoft.ML;

namespace BioLearn.Onnx.Export;

/// <summary>
/// One of ML.NET's steps as ML.NET converts it, alone. Converted as a whole, a pipeline loses its beginning before a step that cannot be written, with
/// a line in the log; alone, it is seen which columns a step gives and which it does not.
/// </summary>
/// <param name="Graph">The converted step; null where ML.NET refuses.</param>
/// <param name="Changed">Columns that it computes.</param>
/// <param name="Lost">Columns that the step gives in ML.NET and not here.</param>
/// <param name="Reason">What ML.NET says about it, in brackets, or nothing.</param>
internal sealed record StepConversion(ModelProto? Graph, IReadOnlyList<string> Changed, IReadOnlyList<string> Lost, string Reason)
{
    /// <summary>What ML.NET puts behind a column's name for its output.</summary>
    public const string Suffix = ".output";

    /// <param name="catalog">Model operations.</param>
    /// <param name="step">One transformer, no chain.</param>
    /// <param name="before">Visible columns before it.</param>
    /// <param name="after">Visible columns behind it.</param>
    /// <param name="added">Those behind it that it gives.</param>
    public static StepConversion Of(ModelOperationsCatalog catalog, ITransformer step, DataViewSchema before, DataViewSchema after, IReadOnlyList<string> added)
    {
        ModelProto model;
        try
        {
            using var bytes = new MemoryStream();
            catalog.ConvertToOnnx(step, new SchemaView(before), bytes);
            model = ModelProto.Parser.ParseFrom(bytes.ToArray());
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // ML.NET throws what its conversion happens to run into, a missing dictionary key as well as words of its own.
            return new(null, [], added, $" ({problem.Message.Trim()})");
        }
        if (model.Graph.Node.Any(node => node.Attribute.Any(attribute => attribute.G is not null)))
            return new(null, [], added, " (it has graphs within its graph)");
        OperatorUpgrade.Apply(model);

        Dictionary<string, NodeProto> givenBy = model.Graph.Node.SelectMany(node => node.Output.Select(output => (output, node))).ToDictionary(n => n.output, n => n.node);
        HashSet<string> inputs = [.. model.Graph.Input.Select(input => input.Name)];
        List<string> changed = [], lost = [];
        foreach (string column in after.Select(c => c.Name))
        {
            bool passes = givenBy.TryGetValue(column + Suffix, out NodeProto? node) && node.OpType == "Identity" && node.Input[0] == column && inputs.Contains(column);
            bool isGiven = node is not null && !passes;
            if (isGiven)
                changed.Add(column);
            // A column that the step gives anew and that passes unchanged, or is missing, was skipped.
            else if (added.Contains(column))
                lost.Add(column);
        }
        return new(model, changed, lost, "");
    }
}
