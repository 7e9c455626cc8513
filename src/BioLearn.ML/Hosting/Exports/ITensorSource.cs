namespace BioLearn.ML.Hosting;

/// <summary>A model, or a part of a pipeline, whose numbers can be had by name, to be read elsewhere.</summary>
public interface ITensorSource
{
    /// <summary>All that it has learned, under the names that its equations use; copies.</summary>
    /// <returns>Tensors whose names and shapes do not change from version to version.</returns>
    NamedTensors GetTensors();
}

/// <summary>A model of layers whose activities can be had.</summary>
internal interface ILayeredModel
{
    /// <summary>Shape of each layer's activity on one row, from layer 1.</summary>
    IReadOnlyList<int[]> LayerShapes { get; }

    /// <param name="layer">From 1.</param>
    /// <param name="features">[rows, features].</param>
    /// <param name="instructions">[rows, width of the instruction]; empty where nothing is asked.</param>
    /// <returns>[rows, units].</returns>
    float[] GetActivations(int layer, ReadOnlySpan<float> features, ReadOnlySpan<float> instructions);
}

/// <summary>A part of a pipeline whose layers can be read, if its model has any.</summary>
internal interface ILayeredPart
{
    /// <summary>Null where the model has none.</summary>
    ILayeredModel? Layers { get; }

    string FeatureColumnName { get; }

    string? InstructionColumnName { get; }
}
