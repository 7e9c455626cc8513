using System.Text.RegularExpressions;

namespace BioLearn.Tests;

/// <summary>
/// The sources of one library as rooms (its folders), and which rooms each file uses: by using directive, by qualified name, and by the plain
/// name of a type that another room declares in the library's own namespace. Comments and strings do not count.
/// </summary>
internal sealed partial class SourceRooms
{
    private readonly string _root;
    private readonly IReadOnlyList<SourceFile> _files;
    private readonly Dictionary<string, HashSet<string>> _declared; // by room
    private readonly Dictionary<string, string> _roomOfPlainName; // types in the library's own namespace

    /// <param name="project">Folder of the library, relative to the repository, such as <c>src/BioLearn.Onnx</c>.</param>
    /// <param name="rootNamespace">Namespace of the library.</param>
    public SourceRooms(string project, string rootNamespace)
    {
        _root = rootNamespace;
        var folder = Path.Combine(Repository(), project);
        _files = [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith("bin/", StringComparison.Ordinal) && !path.StartsWith("obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => SourceFile.Read(folder, path))];
        _declared = _files.GroupBy(file => file.Room).ToDictionary(room => room.Key, room => room.SelectMany(file => file.Declared).ToHashSet(StringComparer.Ordinal));
        _roomOfPlainName = _files.Where(file => file.Namespace == rootNamespace).SelectMany(file => file.Declared.Select(name => (name, file.Room)))
            .DistinctBy(pair => pair.name).ToDictionary(pair => pair.name, pair => pair.Room, StringComparer.Ordinal);
    }

    /// <summary>The rooms that hold sources; <c>.</c> is the library's own folder.</summary>
    public IReadOnlyCollection<string> Rooms => _declared.Keys;

    /// <summary>Every arrow that the table does not allow, as "file of room uses other room".</summary>
    /// <param name="allowed">For each room the rooms that it may use.</param>
    public IReadOnlyList<string> Broken(IReadOnlyDictionary<string, string[]> allowed) =>
    [
        .. from file in _files
           from used in Uses(file)
           where !allowed.TryGetValue(file.Room, out var may) || !may.Contains(used)
           select $"{file.Path} uses {used}",
    ];

    /// <summary>Files whose code matches a pattern.</summary>
    public IReadOnlyList<string> Containing(Regex pattern) => [.. _files.Where(file => pattern.IsMatch(file.Code)).Select(file => file.Path)];

    private IEnumerable<string> Uses(SourceFile file)
    {
        var used = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Match match in Regex.Matches(file.Code, $@"\b{Regex.Escape(_root)}\.(\w+)"))
            used.Add(match.Groups[1].Value);
        // Inside the library, Room.Type needs no root before it.
        foreach (Match match in QualifiedName().Matches(file.Code))
        {
            if (_declared.TryGetValue(match.Groups[1].Value, out var types) && types.Contains(match.Groups[2].Value))
                used.Add(match.Groups[1].Value);
        }
        foreach (Match match in Identifier().Matches(file.Code))
        {
            if (_roomOfPlainName.TryGetValue(match.Value, out var room))
                used.Add(room);
        }
        return used.Where(room => room != file.Room && _declared.ContainsKey(room));
    }

    private static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BioLearn.ML.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException("BioLearn.ML.sln is not above the test assembly: the sources are not at hand");
    }

    [GeneratedRegex(@"(?<![.\w])([A-Z]\w*)\.([A-Z]\w*)")]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"(?<!\.)\b[A-Z]\w*")]
    private static partial Regex Identifier();

    private sealed partial record SourceFile(string Path, string Room, string Namespace, string Code, IReadOnlyList<string> Declared)
    {
        public static SourceFile Read(string folder, string path)
        {
            var code = Quiet().Replace(File.ReadAllText(System.IO.Path.Combine(folder, path)), " ");
            var room = path.Contains('/', StringComparison.Ordinal) ? path[..path.IndexOf('/', StringComparison.Ordinal)] : ".";
            return new(path, room, Spaces().Match(code).Groups[1].Value, code, [.. Types().Matches(code).Select(match => match.Groups[1].Value).Distinct()]);
        }

        [GeneratedRegex("""//[^\n]*|/\*.*?\*/|\$?@"(?:""|[^"])*"|\$?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\])'""", RegexOptions.Singleline)]
        private static partial Regex Quiet();

        [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
        private static partial Regex Spaces();

        // Nested types are called by their owner's name.
        [GeneratedRegex(@"^(?:[a-z]+ )*(?:class|struct|interface|enum|record|delegate [\w<>\[\]?]+) ([A-Z]\w*)", RegexOptions.Multiline)]
        private static partial Regex Types();
    }
}
