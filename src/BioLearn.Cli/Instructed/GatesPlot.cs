using System.Globalization;
using BioLearn.Plots;

namespace BioLearn.Cli.Instructed;

/// <summary>Pictures of sub-networks.</summary>
internal static class GatesPlot
{
    private const string Closed = "#D6DBE2";

    /// <summary>Which units each layer opens: of two instructions a bar a layer, parted into those of one, of both, of the other and of none; of more a map of shares.</summary>
    public static void Shares(string path, GateTable gates)
    {
        if (gates.Instructions.Count == 2)
            Bars(path, gates);
        else
            Map(path, "share of the units that an instruction opens", [.. gates.Layers.Select(layer => layer.Name)], gates.Instructions, (layer, instruction) => gates.Layers[layer].Share(instruction));
    }

    /// <summary>How much the sub-networks of two instructions have in common, for each pair.</summary>
    public static void Overlaps(string path, GateTable gates) =>
        Map(path, "units that both instructions open, of those that either opens", gates.Instructions, gates.Instructions, gates.Overlap);

    private static void Bars(string path, GateTable gates)
    {
        Chart chart = new()
        {
            Title = "Which units of each layer are open",
            Horizontal = true,
            Stacked = true,
            NumberFormat = "0;;#",
            X = new("share of the layer's units, %") { Minimum = 0, Maximum = 100 },
            Y = new() { Categories = [.. gates.Layers.Select(layer => $"{layer.Name}\n{layer.Units.ToString("N0", CultureInfo.InvariantCulture)} units")] },
            Height = 170 + (60 * gates.Layers.Count),
        };
        Add($"open for \"{gates.Instructions[0]}\" only", layer => layer.Share(0) - Common(layer));
        Add("open for both", Common);
        Add($"open for \"{gates.Instructions[1]}\" only", layer => layer.Share(1) - Common(layer));
        Add("closed for both", layer => 1 - layer.Share(0) - layer.Share(1) + Common(layer), Closed);
        chart.Save(path);

        static double Common(GateLayer layer) => layer.Both(0, 1);

        void Add(string title, Func<GateLayer, double> share, string? colour = null) =>
            chart.Bars(title, PlotPoint.Of(gates.Layers.Select(layer => 100 * share(layer)), first: 0), new() { Colour = colour });
    }

    private static void Map(string path, string title, IReadOnlyList<string> columns, IReadOnlyList<string> rows, Func<int, int, double> value)
    {
        double[,] values = new double[rows.Count, columns.Count];
        for (int row = 0; row < rows.Count; row++)
        {
            for (int column = 0; column < columns.Count; column++)
                values[row, column] = value(column, row);
        }
        new HeatMap(rows, columns, values) { Title = title }.Save(path);
    }
}
