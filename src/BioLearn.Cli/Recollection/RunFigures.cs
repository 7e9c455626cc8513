namespace BioLearn.Cli.Recollection;

/// <summary>What all pictures of a run come to, gathered in one pass: counts, means of each column, first failures.</summary>
internal sealed class RunFigures
{
    /// <summary>Failed pictures that are kept; the manifest has all.</summary>
    public const int MostFailed = 1000;

    private readonly Dictionary<string, ColumnFigures> _columns;
    private readonly List<ManifestPicture> _failed = [];
    private readonly Mean _decode = new(), _network = new(), _controls = new(), _measures = new(), _encode = new();

    public RunFigures(ManifestHeader header) => _columns = header.Columns.ToDictionary(column => column.Id, _ => new ColumnFigures(), StringComparer.Ordinal);

    public int Pictures { get; private set; }

    public int Failed { get; private set; }

    public int Done => Pictures - Failed;

    /// <summary>The first of those that failed.</summary>
    public IReadOnlyList<ManifestPicture> FirstFailed => _failed;

    /// <summary>The first picture that did not fail, or null.</summary>
    public ManifestPicture? First { get; private set; }

    /// <summary>Originals that each recollection was compared with.</summary>
    public int Among => First?.Recollections is [var first, ..] ? first.IdentifiedAmong ?? 1 : 1;

    /// <summary>A picture's mean milliseconds; null where none were taken.</summary>
    public ManifestTimings? MeanMilliseconds =>
        _decode.Value is null ? null : new(Rounded(_decode), Rounded(_network), Rounded(_controls), Rounded(_measures), Rounded(_encode));

    public ColumnFigures this[ManifestColumn column] => _columns[column.Id];

    public static RunFigures Of(ManifestHeader header, IEnumerable<ManifestPicture> pictures)
    {
        var figures = new RunFigures(header);
        foreach (var picture in pictures)
            figures.Add(picture);
        return figures;
    }

    /// <summary>The same pictures, each counted as it passes.</summary>
    public IEnumerable<ManifestPicture> Counting(IEnumerable<ManifestPicture> pictures)
    {
        foreach (var picture in pictures)
        {
            Add(picture);
            yield return picture;
        }
    }

    public void Add(ManifestPicture picture)
    {
        Pictures++;
        if (picture.Milliseconds is { } each)
        {
            _decode.Add(each.Decode);
            _network.Add(each.Network);
            _controls.Add(each.Controls);
            _measures.Add(each.Measures);
            _encode.Add(each.Encode);
        }
        if (picture.Error != null)
        {
            Failed++;
            if (_failed.Count < MostFailed)
                _failed.Add(picture);
            return;
        }
        First ??= picture;
        foreach (var recollection in picture.Recollections)
            _columns[recollection.Column].Add(recollection);
    }

    private static double Rounded(Mean mean) => Math.Round(mean.Value!.Value, 1);
}

/// <summary>What the recollections of one column come to.</summary>
internal sealed class ColumnFigures
{
    public int Count { get; private set; }

    public Mean Edge { get; } = new();

    public Mean Pearson { get; } = new();

    public Mean Ssim { get; } = new();

    /// <summary>Recollections whose own original was the most similar one.</summary>
    public int Identified { get; private set; }

    /// <summary>Originals that the first was compared with; null before any was.</summary>
    public int? Among { get; private set; }

    public Mean CueSpecificity { get; } = new();

    public Mean SwitchDependence { get; } = new();

    public Mean WeightDependence { get; } = new();

    public void Add(ManifestRecollection one)
    {
        if (Count++ == 0)
            Among = one.IdentifiedAmong;
        Edge.Add(one.EdgeCorrelation);
        Pearson.Add(one.Pearson);
        Ssim.Add(one.Ssim);
        Identified += one.Identified == true ? 1 : 0;
        CueSpecificity.Add(one.Controls?.CueSpecificity);
        SwitchDependence.Add(one.Controls?.SwitchDependence);
        WeightDependence.Add(one.Controls?.WeightDependence);
    }
}

/// <summary>A mean of the values that there are.</summary>
internal sealed class Mean
{
    private double _sum;

    public int Count { get; private set; }

    /// <summary>Null where there are none.</summary>
    public double? Value => Count == 0 ? null : _sum / Count;

    public void Add(double? value)
    {
        if (value is not { } known)
            return;
        _sum += known;
        Count++;
    }

    /// <summary>The mean of all values of several.</summary>
    public static double? Of(IReadOnlyCollection<Mean> means) => means.Sum(mean => mean.Count) is > 0 and var count ? means.Sum(mean => mean._sum) / count : null;
}
