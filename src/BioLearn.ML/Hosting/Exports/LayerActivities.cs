using Microsoft.ML;

namespace BioLearn.ML.Hosting;

/// <summary>What the layers of a network in a pipeline do on rows.</summary>
internal static class LayerActivities
{
    public static NamedTensors Of(ILayeredPart part, IDataView view, CancellationToken cancellation)
    {
        ILayeredModel model = part.Layers!;
        (float[] features, float[] instructions, int rows) = Read(part, view, cancellation);
        MemoryLimit.Require(2L * sizeof(float) * rows * model.LayerShapes.Sum(shape => shape.Aggregate(1L, (size, d) => size * d)), $"The activities of {model.LayerShapes.Count} layers on {rows} rows", "Fewer rows take less.");
        NamedTensors tensors = new();
        for (int layer = 1; layer <= model.LayerShapes.Count; layer++)
        {
            cancellation.ThrowIfCancellationRequested();
            tensors.Add<float>(FormattableString.Invariant($"h{layer}"), model.GetActivations(layer, features, instructions), [rows, .. model.LayerShapes[layer - 1]]);
        }
        return tensors;
    }

    private static (float[] Features, float[] Instructions, int Rows) Read(ILayeredPart part, IDataView view, CancellationToken cancellation)
    {
        DataViewSchema.Column column = view.Schema[part.FeatureColumnName];
        DataViewSchema.Column[] asked = part.InstructionColumnName is { } name ? [view.Schema[name]] : [];
        using DataViewRowCursor cursor = view.GetRowCursor([column, .. asked]);
        FeatureReader reader = new(cursor, column);
        InstructionReader? instruction = asked is [var one] ? new(cursor, one) : null;
        List<float[]> features = [], instructions = [];
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            float[] row = new float[reader.Length];
            reader.CopyTo(row);
            features.Add(row);
            if (instruction is null)
                continue;
            if (!instruction.TryRead())
                throw new InvalidOperationException(instruction.Unknown());
            float[] what = new float[instruction.Form.Width];
            instruction.CopyTo(what);
            instructions.Add(what);
        }
        MemoryLimit.Require(2L * sizeof(float) * features.Count * reader.Length, $"{features.Count} dense rows of {reader.Length} features", "Fewer rows take less.");
        return ([.. features.SelectMany(row => row)], [.. instructions.SelectMany(row => row)], features.Count);
    }
}
