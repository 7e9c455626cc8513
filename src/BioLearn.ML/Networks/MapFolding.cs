namespace BioLearn.ML.Networks;

/// <summary>
/// A network's weights as they apply to features and labels as they came: the input map folded into the layers that read the features, the
/// label map into the output. The network itself keeps the weights that it learned, so that it can go on learning.
/// </summary>
internal static class MapFolding
{
    // Beyond it, what a folded bias takes back leaves too few digits of what the weights give.
    private const float FarthestCentre = 1000;

    /// <summary>Whether every layer that reads the features can hold the map: fully connected ones with biases.</summary>
    public static bool Folds(NetworkSpec spec, FeatureMap input)
    {
        if (spec.Graph.Any(l => l.Adds.Contains(0) || (l.Source == 0 && !(l.IsFullyConnected && (input.KeepsZeros || l.Synapses.Biases == l.WeightRows)))))
            return false;
        for (int i = 0; i < input.Width && !input.KeepsZeros; i++)
        {
            if (MathF.Abs(input.Centre[i] * input.Scale[i]) > FarthestCentre)
                return false;
        }
        return true;
    }

    /// <summary>Whether the last layer can give the label's own scale: its sums are the scores.</summary>
    public static bool FoldsLabel(NetworkSpec spec) =>
        spec.Graph[^1] is { HasWeights: true, Normalization: null, Readout: null, Adds.IsEmpty: true } last && last.Synapses.Biases == spec.Outputs && spec.Head == OutputHead.LinearSquaredError;

    /// <summary>W (x - c) s = (W s) x - W s c: scales columns, and takes their centres from the biases.</summary>
    public static void FoldInput(FeatureMap map, Span<float> weights, Span<float> biases)
    {
        int columns = map.Width, rows = weights.Length / columns;
        for (int row = 0; row < rows; row++)
        {
            double moved = 0;
            for (int i = 0; i < columns; i++)
            {
                double scaled = (double)weights[(row * columns) + i] * map.Scale[i];
                weights[(row * columns) + i] = (float)scaled;
                moved += map.KeepsZeros ? 0 : scaled * map.Centre[i];
            }
            if (!map.KeepsZeros)
                biases[row] = (float)(biases[row] - moved);
        }
    }

    /// <summary>(W h + b) / s + c: scales rows.</summary>
    public static void FoldLabel(FeatureMap map, Span<float> weights, Span<float> biases)
    {
        int columns = weights.Length / biases.Length;
        for (int row = 0; row < biases.Length; row++)
        {
            foreach (ref float weight in weights.Slice(row * columns, columns))
                weight /= map.Scale[row];
            biases[row] = (float)map.Invert(row, biases[row]);
        }
    }
}
