using BioLearn.ML.Hosting;
using Microsoft.ML;

namespace BioLearn.ML;

/// <summary>What a pipeline has learned, and what it does on rows, as tensors for other people's tools.</summary>
public static class PipelineTensors
{
    /// <summary>
    /// Weights and whatever else the parts of a pipeline have learned: W1 [units, fan-in] and b1 [units] of a network, K2 of its rule, the weights of a
    /// convolution as [channels, input channels / groups, height, width]. Where several parts have tensors, each has its place before the names:
    /// "1.W", "2.W1".
    /// </summary>
    /// <param name="model">A fitted or loaded pipeline, or a part of one.</param>
    /// <returns>Copies.</returns>
    /// <exception cref="InvalidOperationException">No part has any; the message names the parts.</exception>
    public static NamedTensors GetTensors(this ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ITransformer[] parts = [.. model.Parts()];
        NamedTensors[] tensors = [.. parts.OfType<ITensorSource>().Select(source => source.GetTensors())];
        if (tensors.Length == 0)
            throw new InvalidOperationException($"The model holds no weights of BioLearn: its {(parts.Length == 1 ? "only part is" : "parts are")} {string.Join(", ", parts.Select(part => part.GetType().Name))}.");
        NamedTensors all = new();
        for (int i = 0; i < tensors.Length; i++)
            all.Add(Prefix(i, tensors.Length), tensors[i]);
        return all;
    }

    /// <summary>
    /// What the pipeline does on rows: h1, h2, ... of each network, [rows, units] or [rows, channels, height, width], the last layer's after the output
    /// head, of a network that settles the states in which it has; and every column of numbers that the pipeline adds, such as Score, under its own name
    /// (keys count from 1, 0 is missing).
    /// </summary>
    /// <param name="model">A fitted or loaded pipeline.</param>
    /// <param name="rows">The rows; all are kept in memory.</param>
    /// <param name="cancellation">Heard between rows.</param>
    /// <returns>Tensors whose first dimension is the rows.</returns>
    /// <exception cref="InvalidOperationException">The rows or the activities do not fit in memory, or a row asks what the network was not taught.</exception>
    public static NamedTensors GetActivations(this ITransformer model, IDataView rows, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        ITransformer[] parts = [.. model.Parts()];
        int networks = parts.Count(part => part is ILayeredPart { Layers: not null });
        NamedTensors all = new();
        int place = 0;
        IDataView view = rows;
        foreach (ITransformer part in parts)
        {
            if (part is ILayeredPart { Layers: not null } layered)
                all.Add(Prefix(place++, networks), LayerActivities.Of(layered, view, cancellation));
            view = part.Transform(view);
        }
        return all.Add("", ColumnTensors.Of(view, [.. view.Schema.Where(column => !column.IsHidden && rows.Schema.GetColumnOrNull(column.Name) is null)], cancellation));
    }

    private static string Prefix(int index, int count) => count > 1 ? FormattableString.Invariant($"{index + 1}.") : "";
}
