using BioLearn.ML.Plasticity;
using BioLearn.ML.Spiking;
using BioLearn.Tests;
using Microsoft.ML;

namespace BioLearn.ML.Tests.Catalogs;

/// <summary>
/// Files of every component, found by the models of <c>SavedModels</c>, which have one of each, and by the kinds of file of one network: harmed
/// in every way, each is refused with <see cref="InvalidDataException"/>, or loads and scores as before, and takes no memory that the file does not
/// have.
/// </summary>
public class ModelFuzzTests
{
    private const int Trials = 12; // each kind of harm to parts once
    private const long MostBytes = 64 << 20;

    public static TheoryData<string> Models => SavedModel.Names();

    /// <summary>One model a component.</summary>
    public static TheoryData<string> Components => [.. SavedModel.All.GroupBy(m => string.Join('+', m.Parts().Select(p => p.GetType()))).Select(models => models.Last().Name)];

    /// <summary>Models of earlier formats: their own parts had no checksums, the zip file's are compared.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Harmed_file_of_an_earlier_version_is_refused_or_scores_as_before(string name)
    {
        SavedModel model = SavedModel.Named(name);
        Assert.All(Damage.OfBytes(model.Bytes, Seed(name), Trials), harmed => RefusedOr(harmed, () => Assert.Empty(model.Differences(Load(harmed.File)))));
        Assert.All(Damage.OfParts(model.Bytes, Seed(name), Trials), harmed => RefusedOr(harmed, () => Load(harmed.File)));
    }

    [Theory]
    [MemberData(nameof(Components))]
    public void Harmed_file_of_this_version_is_refused_or_scores_as_before(string name)
    {
        SavedModel model = SavedModel.Named(name);
        byte[] whole = model.SaveAgain().ToArray();
        int refused = 0;
        foreach (var harmed in Damage.OfBytes(whole, Seed(name) + 1, Trials).Concat(Damage.OfParts(whole, Seed(name) + 1, Trials)))
            refused += RefusedOr(harmed, () => Assert.Empty(model.Differences(Load(harmed.File)))) ? 1 : 0;
        Assert.InRange(refused, Trials, 2 * Trials); // some damage, such as bytes behind the end, does none
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Harmed_file_of_a_plastic_network_is_refused(bool trained)
    {
        PlasticRecurrentTrainer<float> trainer = new((PlasticTrainerOptions)CatalogMethod.Small["MetaTraining"]);
        trainer.Train(null, default);
        using TemporaryFile file = new();
        if (trained)
            trainer.Save(file.Path);
        else
            new AssociativeMemory(trainer).Save(file.Path);
        RefusedFile(file, path => trained ? PlasticRecurrentTrainer<float>.Resume(path).Network : AssociativeMemory.Load(path).Network);
    }

    [Fact]
    public void Harmed_file_of_a_spiking_network_is_refused()
    {
        using TemporaryFile file = new();
        new SpikingNetwork(new SpikingStructure(new() { Input = new() { Width = 24, Height = 24, Border = 0 }, Layers = [SpikingLayer.Convolution(2, 3, 1), SpikingLayer.Pooling(2, 2), SpikingLayer.Convolution(3, 3, 1)] })).Save(file.Path);
        RefusedFile(file, path => SpikingNetwork.Load(path));
    }

    [Fact]
    public void Plastic_network_of_version_1_is_read_and_saved_in_todays_form()
    {
        string old = RepositoryFiles.Find("examples/models/memory-8x8.blpn");
        Assert.Equal(1, BitConverter.ToInt32(File.ReadAllBytes(old), 4));
        AssociativeMemory memory = AssociativeMemory.Load(old);
        using TemporaryFile file = new();
        memory.Save(file.Path);
        Assert.Equal(2, BitConverter.ToInt32(File.ReadAllBytes(file.Path), 4));
        AssociativeMemory again = AssociativeMemory.Load(file.Path);
        Assert.Equal(memory.Network.Weights.Values.ToArray(), again.Network.Weights.Values.ToArray());
        Assert.All(Damage.OfBytes(File.ReadAllBytes(old), 3, Trials), harmed => RefusedOr(harmed, () => AssociativeMemory.Load(new MemoryStream(harmed.File))));
    }

    private static void RefusedFile(TemporaryFile file, Func<string, object> load)
    {
        load(file.Path);
        byte[] whole = File.ReadAllBytes(file.Path);
        int refused = 0;
        foreach (var harmed in Damage.OfBytes(whole, 5, 4 * Trials))
        {
            if (harmed.File.AsSpan().StartsWith(whole))
                continue; // what stands behind the end belongs to nobody
            File.WriteAllBytes(file.Path, harmed.File);
            bool same = harmed.File.AsSpan().SequenceEqual(whole);
            Assert.Equal(!same, RefusedOr(harmed, () => load(file.Path)));
            refused += same ? 0 : 1;
        }
        Assert.InRange(refused, 2 * Trials, 4 * Trials);
    }

    /// <summary>Whether the file was refused.</summary>
    private static bool RefusedOr((string Kind, byte[] File) harmed, Action use)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), resident = Environment.WorkingSet;
        Exception? error = Record.Exception(use);
        Assert.True(error is null or InvalidDataException, $"{harmed.Kind}: {error}");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, $"{harmed.Kind}: {(GC.GetAllocatedBytesForCurrentThread() - before) >> 20} MB were taken");
        Assert.True(Environment.WorkingSet - resident < 8 * MostBytes, $"{harmed.Kind}: the process grew by {(Environment.WorkingSet - resident) >> 20} MB"); // others run beside this
        return error is not null;
    }

    private static ITransformer Load(byte[] file) => BioLearnModel.Load(new MLContext(), new MemoryStream(file), out _);

    private static int Seed(string name) => name.Aggregate(17, (hash, c) => unchecked((hash * 31) + c));

    private sealed class TemporaryFile : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-fuzz-").FullName;

        public string Path => System.IO.Path.Combine(_folder, "network");

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
