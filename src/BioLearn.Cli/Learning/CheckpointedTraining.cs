using BioLearn.Cli.Terminal;
using BioLearn.ML;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.Plots;

namespace BioLearn.Cli.Learning;

/// <summary>
/// A training in pieces of whole epochs, each taken up where the one before it stopped, and saved behind each: model, curve and diagnostics. In how
/// many pieces it is done, and whether processes end between them, changes no bit of the model.
/// </summary>
internal sealed class CheckpointedTraining
{
    public const string ModelFile = "model.zip";

    /// <summary>The model of the last epoch where <see cref="ModelFile"/> is the best one's.</summary>
    public const string LastFile = "last.zip";

    public const string CurvesFile = "curves.csv";
    public const string DiagnosticsName = "diagnostics.csv";
    public const string RecordFile = "training.json";

    public const string PlotFile = "curves.png";
    public const string DiagnosticsPlotFile = "diagnostics.png";
    public const string AnglesFilmFile = "angles-film.png", WeightsFilmFile = "weights-film.png";

    /// <summary>What <see cref="WeightsFilmFile"/> shows, for a training that goes on.</summary>
    public const string MomentsFile = "weights-film.bin";

    /// <summary>All files of a training.</summary>
    public static readonly string[] Files = [ModelFile, LastFile, CurvesFile, RecordFile, PlotFile, DiagnosticsName, DiagnosticsPlotFile, AnglesFilmFile, WeightsFilmFile, MomentsFile];

    private readonly LearningRun _run;
    private readonly TrainRuleSettings _settings;
    private readonly RuleChoice _rule;
    private readonly OutputFolder _folder;
    private readonly string _record;
    private readonly List<EpochResult> _epochs = [];
    private readonly List<DiagnosticRecord> _diagnostics = [];
    private WeightsFilm? _film;
    private PredictionTransformer<NetworkModelParameters>? _model, _best;
    private readonly System.Diagnostics.Stopwatch _sinceSaved = System.Diagnostics.Stopwatch.StartNew();
    private bool _owned;
    private int _saved;

    /// <summary>Begins anew, or reads what is to be gone on with.</summary>
    /// <exception cref="UsageException">With --resume: there is nothing to go on with, or it has other settings.</exception>
    public CheckpointedTraining(LearningRun run, TrainRuleSettings settings, RuleChoice rule, OutputFolder folder, int epochs)
    {
        (_run, _settings, _rule, _folder) = (run, settings, rule, folder);
        All = epochs;
        _record = SettingsRecord.Of(settings, nameof(settings.Threads), nameof(settings.Epochs));
        if (settings.Resume)
            Resume();
    }

    public IReadOnlyList<EpochResult> Epochs => _epochs;

    public IReadOnlyList<DiagnosticRecord> Diagnostics => _diagnostics;

    /// <summary>The first layer's weights over the training, with what processes before this one saw; null where no film is asked for, or rows are no pictures.</summary>
    public WeightsFilm? Film => _film;

    /// <summary>Epochs in all.</summary>
    public int All { get; }

    /// <summary>Whether the loss on the rows set aside has not fallen for long enough.</summary>
    public bool IsStale => EpochResult.Stale(_epochs) >= (_settings.Patience ?? int.MaxValue);

    /// <summary>Epochs that are done, as far as a later process can go on from them.</summary>
    public int Saved { get; private set; }

    /// <summary>Trains until all epochs are done, or the loss on the rows set aside falls no more; gives the model of the best epoch, or of the last where no rows are set aside.</summary>
    /// <param name="options">Of the trainer; the number of epochs is set here.</param>
    /// <param name="diagnosticsEvery">Steps between two moments of the diagnostics, 0 for none.</param>
    /// <param name="report">Hears of each epoch.</param>
    /// <param name="cancellation">Stops; what is saved is kept.</param>
    public PredictionTransformer<NetworkModelParameters> Train(NetworkOptions options, int diagnosticsEvery, Action<EpochResult> report, CancellationToken cancellation)
    {
        int piece = 1;
        _film = FilmOf(diagnosticsEvery);
        while (Saved < All && !IsStale)
        {
            // The best epoch's model is looked for after each.
            int epochs = _run.Validates ? 1 : Math.Min(piece, All - Saved), asked = Saved + epochs;
            options.NumberOfEpochs = epochs;
            double before = _epochs.Count > 0 ? _epochs[^1].Seconds : 0;
            if (!Piece(options, diagnosticsEvery, before, report, cancellation))
            {
                if (_saved < Saved)
                    Save();
                break;
            }
            Saved = _model!.Model.Epochs;
            if (!_run.Validates || Saved == All || IsStale || _sinceSaved.Elapsed.TotalSeconds >= _settings.CheckpointEvery || !_owned)
                Save();
            if (Saved < asked)
                break;
            double each = (_epochs[^1].Seconds - before) / epochs;
            piece = (int)Math.Clamp(_settings.CheckpointEvery / Math.Max(each, 1e-9), 1, All);
        }
        return _best!;
    }

    /// <summary>What keeps the first layer's weights, and has what processes before this one kept; null for no film.</summary>
    private WeightsFilm? FilmOf(int every)
    {
        if (every == 0 || !_settings.Film || _run.Shape is not { Channels: 1 or 3 } picture)
            return null;
        WeightsFilm film = new() { Every = every, Picture = picture, Continues = true };
        if (_model is { } model && File.Exists(_folder[MomentsFile]))
        {
            film.Load(_folder[MomentsFile]);
            film.CutBehind(model.Model.Steps);
        }
        return film;
    }

    /// <summary>False if it left the finite numbers at once: then the model before it is the last good one.</summary>
    private bool Piece(NetworkOptions options, int diagnosticsEvery, double before, Action<EpochResult> report, CancellationToken cancellation)
    {
        long start = _model?.Model.Steps ?? 0;
        LearningDiagnostics? diagnostics = diagnosticsEvery == 0 ? null : new() { Every = diagnosticsEvery, Progress = new Keep(_diagnostics, start) };
        options.Diagnostics = _film is null || diagnostics is null ? diagnostics : new TrainingObservers(diagnostics, _film);
        try
        {
            var last = _model;
            _model = _run.Train(_rule.Rule, options, _settings.Seed, Note, cancellation, last?.Model, before);
            if (last != _best)
                last?.Model.Dispose();
            if (!_run.Validates || EpochResult.Stale(_epochs) == 0)
            {
                _best?.Model.Dispose();
                _best = _model;
            }
            _film?.CutBehind(_model.Model.Steps); // ends behind the last good epoch
            return true;
        }
        catch (DivergenceException) when (_model is not null)
        {
            _film?.CutBehind(start);
            return false;
        }

        void Note(EpochResult epoch)
        {
            _epochs.Add(epoch);
            report(epoch);
        }
    }

    /// <summary>All files or, stopped, none; killed, the model last: a curve that is ahead of it is cut back to it when the training goes on.</summary>
    private void Save() => SafeFile.WriteSet(() =>
    {
        if (!_owned)
        {
            // An earlier training's model goes before the first file of this one is there, and its pictures with it.
            foreach (string file in Files)
                File.Delete(_folder[file]);
            SafeFile.WriteText(_folder[RecordFile], _record);
            _owned = true;
        }
        _film?.Save(_folder[MomentsFile]);
        if (_diagnostics.Count > 0)
            DiagnosticsFile.Write(_folder[DiagnosticsName], _diagnostics);
        CurveFile.Write(_folder[CurvesFile], [new RunCurve(_rule.Text, _settings.Seed, [.. _epochs])], _run.Score, _run.Validates);
        _run.Save(_best!, _folder[ModelFile]);
        if (_run.Validates)
            _run.Save(_model!, _folder[LastFile]);
        _saved = Saved;
        _sinceSaved.Restart();
    });

    private void Resume()
    {
        string path = _folder[_run.Validates ? LastFile : ModelFile];
        if (!File.Exists(path) || !File.Exists(_folder[RecordFile]))
            throw new UsageException($"--resume: there is no {(File.Exists(path) ? _folder[RecordFile] : path)}; without --resume a training begins");
        if (SettingsRecord.Difference(File.ReadAllText(_folder[RecordFile]), _record, _settings) is { } difference)
            throw new UsageException($"--resume: {_folder[RecordFile]} has {difference}; only --epochs, --threads, --diagnostics-every and --checkpoint-every may differ");
        _model = _run.Load(path);
        Saved = _model.Model.Epochs;
        if (All < Saved)
            throw new UsageException($"--epochs {All}: the training in {_folder.Path} has {Saved} epochs; with --resume it is the number in all");
        _epochs.AddRange(CurveFile.Read(_folder[CurvesFile])[0].Epochs.Where(epoch => epoch.Epoch <= Saved));
        if (_epochs.Count == 0)
            throw new InvalidDataException($"{_folder[CurvesFile]}: no epoch of the {Saved} that {path} has");
        if (File.Exists(_folder[DiagnosticsName]))
            _diagnostics.AddRange(DiagnosticsFile.Read(_folder[DiagnosticsName]).Where(record => record.Step <= _model.Model.Steps));
        _best = _run.Validates ? _run.Load(_folder[ModelFile]) : _model;
        // Killed between its two files, a training has a best model of an epoch that comes again, the same.
        if (_best.Model.Epochs > All)
            throw new UsageException($"--epochs {All}: {_folder[ModelFile]} is the model of epoch {_best.Model.Epochs}; with --resume it is the number in all");
        (_saved, _owned) = (Saved, true);
    }

    private sealed class Keep(List<DiagnosticRecord> records, long start) : IProgress<DiagnosticRecord>
    {
        public void Report(DiagnosticRecord value)
        {
            if (start == 0 || value.Step > start)
                records.Add(value);
        }
    }
}
