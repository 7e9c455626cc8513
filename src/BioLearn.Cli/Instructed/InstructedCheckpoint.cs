using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BioLearn.Cli.Instructed.Data;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Instructed;

/// <summary>A training that is saved now and then: model and curve. Whether processes end between the epochs changes no bit of the model.</summary>
internal sealed class InstructedCheckpoint : IDisposable
{
    public const string CurvesFile = "curves.csv";
    public const string RecordFile = "training.json";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DictionaryKeyPolicy = JsonNamingPolicy.CamelCase };

    private readonly InstructTrainSettings _settings;
    private readonly InstructedData _data;
    private readonly InstructedTraining _training;
    private readonly OutputFolder _folder;
    private readonly string _record;
    private readonly List<InstructedEpoch> _epochs = [];
    private bool _owned;

    /// <summary>Begins anew, or reads what is to be gone on with.</summary>
    /// <exception cref="UsageException">With --resume: there is nothing to go on with, or it has other settings.</exception>
    public InstructedCheckpoint(InstructTrainSettings settings, InstructedData data, InstructedTraining training, OutputFolder folder)
    {
        (_settings, _data, _training, _folder) = (settings, data, training, folder);
        _record = Record(settings, data);
        if (settings.Resume)
            Resume();
    }

    public IReadOnlyList<InstructedEpoch> Epochs => _epochs;

    /// <summary>Epochs that the saved model has.</summary>
    public int Saved { get; private set; }

    public InstructedModel? Model { get; private set; }

    /// <summary>Trains until all epochs are done.</summary>
    public InstructedModel Train(Action<InstructedEpoch> report, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        double before = _epochs.Count > 0 ? _epochs[^1].Seconds : 0, saved = 0;
        for (int epoch = _epochs.Count + 1; epoch <= _settings.EpochsFor(_data); epoch++)
        {
            try
            {
                cancellation.ThrowIfCancellationRequested();
                if (!Epoch(epoch, () => before + clock.Elapsed.TotalSeconds, report, cancellation))
                    break;
            }
            catch (OperationCanceledException)
            {
                SaveRest();
                throw;
            }
            // The first at once: whoever stops early keeps something, even where the stop comes in the middle of a long step.
            if (Saved > 0 && clock.Elapsed.TotalSeconds - saved < _settings.CheckpointEvery && epoch < _settings.EpochsFor(_data))
                continue;
            Save();
            saved = clock.Elapsed.TotalSeconds;
        }
        SaveRest();
        return Model!;
    }

    private void SaveRest()
    {
        if (Saved < _epochs.Count)
            Save();
    }

    public void Dispose() => Model?.Dispose();

    /// <summary>False if it left the finite numbers: then the model before it is the last good one.</summary>
    private bool Epoch(int epoch, Func<double> seconds, Action<InstructedEpoch> report, CancellationToken cancellation)
    {
        try
        {
            var (next, loss) = _training.Epoch(Model, epoch, null, cancellation);
            Model?.Dispose();
            Model = next;
            _epochs.Add(new(epoch, loss, _training.Live(next), seconds()));
            report(_epochs[^1]);
            return true;
        }
        catch (DivergenceException) when (Model is not null)
        {
            return false;
        }
    }

    /// <summary>The model last: a curve that is ahead of it is cut back to it when the training goes on.</summary>
    private void Save()
    {
        if (!_owned)
        {
            // An earlier training's model and report go before the first file of this one is there.
            foreach (string file in InstructTrainCommand.Files.Concat(Summary.PictureFiles).Select(file => _folder[file]).Where(File.Exists))
                File.Delete(file);
            SafeFile.WriteText(_folder[RecordFile], _record);
            _owned = true;
        }
        CsvText text = new(["epoch", "loss", "seconds", .. _data.Instructions]);
        foreach (var epoch in _epochs)
            text.Row([epoch.Epoch, epoch.Loss, Math.Round(epoch.Seconds, 2), .. epoch.Accuracy.Select(one => (object)one)]);
        SafeFile.WriteText(_folder[CurvesFile], text.ToString());
        Model!.Save(_folder.Path);
        Saved = _epochs.Count;
    }

    private void Resume()
    {
        string path = _folder[InstructedModel.FileName];
        if (!File.Exists(path) || !File.Exists(_folder[RecordFile]))
            throw new UsageException($"--resume: there is no {(File.Exists(path) ? _folder[RecordFile] : path)}; without --resume a training begins");
        if (File.ReadAllText(_folder[RecordFile]) != _record)
            throw new UsageException($"--resume: {_folder[RecordFile]} has other settings, or other data of the same name; only --epochs, --threads, --single-task, --test-questions and --checkpoint-every may differ");
        Model = InstructedModel.Load(_training.Context, _folder.Path);
        Saved = Model.Network.Epochs;
        if (_settings.EpochsFor(_data) < Saved)
            throw new UsageException($"--epochs {_settings.EpochsFor(_data)}: the training in {_folder.Path} has {Saved} epochs; with --resume it is the number in all");
        _epochs.AddRange(ReadCurve(_folder[CurvesFile], _data.Instructions.Count).Where(epoch => epoch.Epoch <= Saved));
        if (_epochs.Count != Saved)
            throw new InvalidDataException($"{_folder[CurvesFile]}: has {_epochs.Count} epochs of the {Saved} that {path} has");
        _owned = true;
    }

    private static IEnumerable<InstructedEpoch> ReadCurve(string path, int instructions)
    {
        foreach (var record in CsvRecords.Read(path).Skip(1))
        {
            double[] numbers = [.. record.Fields.Select(field => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                ? number
                : throw new InvalidDataException($"{path}, line {record.Line}: '{field}' is no number"))];
            if (numbers.Length != 3 + instructions)
                throw new InvalidDataException($"{path}, line {record.Line}: {numbers.Length} fields; expected {3 + instructions}");
            yield return new((int)numbers[0], numbers[1], numbers[3..], numbers[2]);
        }
    }

    /// <summary>The settings that the model stands on, with a checksum of the data.</summary>
    private static string Record(InstructTrainSettings settings, InstructedData data)
    {
        string[] free = [nameof(settings.Threads), nameof(settings.Epochs), nameof(settings.SingleTask), nameof(settings.TestQuestions), nameof(settings.CheckpointEvery), nameof(settings.Out), nameof(settings.Resume), nameof(settings.Overwrite)];
        var shared = typeof(InstructTrainSettings).GetProperties().Where(p => !free.Contains(p.Name) && p.IsDefined(typeof(CommandOptionAttribute), true)).ToDictionary(p => p.Name, p => p.GetValue(settings));
        return JsonSerializer.Serialize(new { SchemaVersion = 1, Settings = shared, DataSha256 = data.Fingerprint }, Json);
    }
}
