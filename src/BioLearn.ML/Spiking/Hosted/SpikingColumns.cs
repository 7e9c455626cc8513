using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Spiking;

/// <summary>The columns of spiking features: which there are, how they are called, what is counted.</summary>
internal sealed record SpikingColumns(string Input, string? Features, string? Counts, string? SpikeTimes, int SpikeTimesLayer, float CountThreshold, int Regions)
{
    public static SpikingColumns Of(SpikingFeaturesEstimator.Options options, SpikingNetworkOptions network) => new(
        options.Input, NullIfEmpty(options.OutputColumnName), NullIfEmpty(options.CountsColumnName), NullIfEmpty(options.SpikeTimesColumnName),
        options.SpikeTimesLayer ?? network.Layers.Count, options.CountThreshold, options.Regions);

    /// <summary>Kinds and names of the columns that there are, in order.</summary>
    public IReadOnlyList<(SpikingColumn Kind, string Name)> Outputs =>
    [
        .. new[] { (SpikingColumn.Features, Features), (SpikingColumn.Counts, Counts), (SpikingColumn.SpikeTimes, SpikeTimes) }
            .Where(column => column.Item2 is not null).Select(column => (column.Item1, column.Item2!)),
    ];

    public SpikingReadOut ReadOut => new() { CountThreshold = CountThreshold, Regions = Regions, SpikeTimeLayers = SpikeTimes is null ? [] : [SpikeTimesLayer] };

    public void Validate(SpikingNetworkOptions network)
    {
        if (Outputs.Count == 0)
            throw new ArgumentException("no output column is named");
        if (Outputs.GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"two output columns are called '{twice.Key}'");
        if (!(CountThreshold > 0 && float.IsFinite(CountThreshold)))
            throw new ArgumentException($"{nameof(CountThreshold)} is {CountThreshold}, must be above 0");
        Guard.Between(SpikeTimesLayer, 0, network.Layers.Count);
        var last = network.Planes()[^1];
        Guard.Between(Regions, 1, Math.Min(last.Height, last.Width));
    }

    public IReadOnlyList<DataViewSchema.DetachedColumn> Added(SpikingNetworkOptions network)
    {
        var planes = network.Planes();
        return [.. Outputs.Select(column =>
        {
            var plane = planes[column.Kind == SpikingColumn.SpikeTimes ? SpikeTimesLayer : ^1];
            return new DataViewSchema.DetachedColumn(column.Name, column.Kind == SpikingColumn.Features
                ? new VectorDataViewType(NumberDataViewType.Single, plane.Maps * Regions * Regions)
                : new VectorDataViewType(NumberDataViewType.Single, plane.Height, plane.Width, plane.Maps));
        })];
    }

    public void Save(ModelWriter writer)
    {
        writer.Fields.Write(Input);
        writer.WriteOptional(Features);
        writer.WriteOptional(Counts);
        writer.WriteOptional(SpikeTimes);
        writer.Fields.Write(SpikeTimesLayer);
        writer.Fields.Write(CountThreshold);
        writer.Fields.Write(Regions);
    }

    public static SpikingColumns Load(ModelReader reader) => new(
        reader.Fields.ReadString(), reader.ReadOptional(), reader.ReadOptional(), reader.ReadOptional(), reader.Fields.ReadInt32(), reader.Fields.ReadSingle(),
        reader.ComponentVersion >= 2 ? reader.Fields.ReadInt32() : 1);

    private static string? NullIfEmpty(string? name) => string.IsNullOrEmpty(name) ? null : name;
}

/// <summary>What a column of spiking features holds.</summary>
internal enum SpikingColumn
{
    Features,
    Counts,
    SpikeTimes,
}
